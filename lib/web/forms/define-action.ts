import { unstable_rethrow } from 'next/navigation'
import type { z } from 'zod'
import { type Authorized, authorize } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError, type ErrorCode, type FieldErrors } from '#lib/core/errors.ts'
import { parseInput } from '#lib/core/input/input.ts'
import { shownFields } from '#lib/core/input/secret.ts'
import { log } from '#lib/core/logging/log.ts'
import type { Permission } from '#lib/core/permissions.ts'
import { isDatabaseAway } from '../http/error-response.ts'
import { customerContext } from '../sessions/customer.ts'
import { operatorContext } from '../sessions/operator.ts'
import { visitorContext } from '../sessions/request-facts.ts'
import { requireSameOrigin } from './same-origin.ts'

/** What a form shows after it was sent. Values are echoed so that nothing is typed twice; secrets (`secret` in their schema) never are. */
export interface ActionState<Data = undefined> {
  ok?: boolean
  message?: string
  code?: ErrorCode
  fields?: FieldErrors
  values?: Record<string, string>
  data?: Data
}

/** Which area's cookie proves the caller: each opens only its own. */
type Area = 'site' | 'customer' | 'operator'

const contexts: Record<Area, () => Promise<Ctx>> = {
  site: visitorContext,
  customer: customerContext,
  operator: operatorContext,
}

interface ActionDeclaration<P extends Permission, S extends z.ZodType> {
  area: Area
  permission: P
  schema: S
  /** Text fields that may come as a file instead: field → file field. */
  textFiles?: Readonly<Record<string, string>>
}

type Handler<P extends Permission, S extends z.ZodType, Data> = (
  ctx: Authorized<P>,
  input: z.output<S>,
) => Promise<{ message?: string; data?: Data } | undefined>

/**
 * Declares a server action, the only way to write one: checks the origin, identifies, authorizes, parses the form, runs one
 * verb. Errors come back as state; redirects pass through. The result works as a form's action with and without JavaScript.
 */
export function defineAction<const P extends Permission, S extends z.ZodType, Data = undefined>(
  declaration: ActionDeclaration<P, S>,
  handler: Handler<P, S, Data>,
): (previous: ActionState<Data>, form: FormData) => Promise<ActionState<Data>> {
  const shown = shownFields(declaration.schema)
  return async (_previous, form) => {
    const raw = formToObject(form)
    try {
      await requireSameOrigin()
      await readTextFiles(form, raw, declaration.textFiles ?? {})
      const ctx = authorize(await contexts[declaration.area](), declaration.permission)
      const outcome = await handler(ctx, parseInput(declaration.schema, raw))
      return { ok: true, ...outcome }
    } catch (error) {
      unstable_rethrow(error)
      return { ...failure(error), values: echo(raw, shown) }
    }
  }
}

function failure(error: unknown): ActionState<never> {
  if (error instanceof AppError) {
    const { message, code, fields } = error
    return { ok: false, message, code, ...(fields && { fields }) }
  }
  if (isDatabaseAway(error)) {
    return {
      ok: false,
      code: 'SERVICE_UNAVAILABLE',
      message: 'The service is not available right now. Please try again shortly.',
    }
  }
  log().error({ err: error }, 'an action failed')
  return { ok: false, code: 'INTERNAL', message: 'Something went wrong on our side. Please try again.' }
}

/** Repeated names become lists; Next's own fields and files stay out. */
function formToObject(form: FormData): Record<string, string | string[]> {
  const object: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of form) {
    if (name.startsWith('$ACTION') || typeof value !== 'string') continue
    const known = object[name]
    object[name] = known === undefined ? value : [known, value].flat()
  }
  return { ...object }
}

/** Typed or pasted text wins over a file. A page's form holds 256 kB at most. */
async function readTextFiles(
  form: FormData,
  raw: Record<string, string | string[]>,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [field, fileField] of Object.entries(files)) {
    const file = form.get(fileField)
    const isTyped = typeof raw[field] === 'string' && raw[field].trim() !== ''
    if (!isTyped && file instanceof File && file.size > 0) raw[field] = await file.text()
  }
}

function echo(raw: Record<string, string | string[]>, shown: ReadonlySet<string>): Record<string, string> {
  const echoed = Object.entries(raw).filter(([name, value]) => typeof value === 'string' && shown.has(name))
  return Object.fromEntries(echoed.map(([name, value]) => [name, String(value)]))
}
