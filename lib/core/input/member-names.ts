import { z } from 'zod'
import { fieldError } from '../errors.ts'
import { type Ignored, NAMES_LIMIT, NOT_KNOWN } from './ignored.ts'

/** The member names of a schema, collected once. Each body is walked beside this plan. */
export interface MemberPlan {
  /** Of an object: its members, and what they hold; undefined for what is no object. */
  members?: ReadonlyMap<string, MemberPlan | undefined>
  /** Their names in lower case. Two that differ by case alone are found by their exact names only. */
  byFolded?: ReadonlyMap<string, string | undefined>
  /** Members that it does not name are meaningful, too. */
  open?: boolean
  /** Of a list: what each of it holds. */
  item?: MemberPlan | undefined
  /** Values that are taken as another one, each with what is said of that. */
  taken?: ReadonlyMap<unknown, string>
}

const takenBySchema = new WeakMap<z.ZodType, ReadonlyMap<unknown, string>>()

/**
 * Takes values that clients of the contract send as others that mean the nearest thing: `{ rolling: 'delayed' }`. The header
 * `Latchkey-Ignored` says so.
 */
export function takenAs<S extends z.ZodType>(schema: S, values: Readonly<Record<string, string>>) {
  const table = new Map(Object.entries(values))
  const taken = z.preprocess(
    (value) => (typeof value === 'string' ? table.get(value) : undefined) ?? value,
    schema,
  )
  takenBySchema.set(taken, new Map([...table].map(([sent, as]) => [sent, `"${sent}" is taken as "${as}"`])))
  return taken
}

/** The plan of a body's schema; undefined where its names mean nothing. */
export function planMembers(schema: z.ZodType): MemberPlan | undefined {
  return plan(schema, new Map())
}

/** The same with more members, which hold no objects. */
export function withMembers(of: MemberPlan | undefined, names: Iterable<string>): MemberPlan {
  return objectPlan(
    [...(of?.members ?? []), ...[...names].map((name) => [name, undefined] as const)],
    of?.open,
  )
}

function plan(
  schema: z.core.$ZodType,
  known: Map<z.core.$ZodType, MemberPlan | undefined>,
): MemberPlan | undefined {
  if (known.has(schema)) return known.get(schema)
  const taken = schema instanceof z.ZodType ? takenBySchema.get(schema) : undefined
  const made = taken ? { taken } : inner(schema, (part) => plan(part, known))
  known.set(schema, made)
  return made
}

type Plan = (schema: z.core.$ZodType) => MemberPlan | undefined

function inner(schema: z.core.$ZodType, planOf: Plan): MemberPlan | undefined {
  if (schema instanceof z.ZodObject) {
    const { shape, catchall } = schema.def
    const isOpen = catchall !== undefined && !(catchall instanceof z.ZodNever)
    return objectPlan(
      Object.entries(shape).map(([name, member]) => [name, planOf(member)]),
      isOpen,
    )
  }
  if (schema instanceof z.ZodArray) {
    const item = planOf(schema.def.element)
    return item && { item }
  }
  if (schema instanceof z.ZodPipe) {
    const { in: before, out } = schema.def
    return planOf(before instanceof z.ZodTransform ? out : before)
  }
  if (schema instanceof z.ZodUnion) return schema.def.options.map(planOf).reduce(either, undefined)
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNonOptional ||
    schema instanceof z.ZodCatch ||
    schema instanceof z.ZodReadonly
  ) {
    return planOf(schema.def.innerType)
  }
  // Records and unknown values are free: their names are their owner's.
  return undefined
}

function objectPlan(
  entries: readonly (readonly [string, MemberPlan | undefined])[],
  open = false,
): MemberPlan {
  const byFolded = new Map<string, string | undefined>()
  const members = new Map(entries)
  for (const name of members.keys()) {
    const folded = name.toLowerCase()
    byFolded.set(folded, byFolded.has(folded) ? undefined : name)
  }
  return { members, byFolded, open }
}

/** The plan of what is one of two: it knows the names of both. */
function either(one: MemberPlan | undefined, other: MemberPlan | undefined): MemberPlan | undefined {
  if (!one || !other) return one ?? other
  const item = either(one.item, other.item)
  const taken = new Map([...(one.taken ?? []), ...(other.taken ?? [])])
  const names = [...(one.members ?? []), ...(other.members ?? [])]
  return {
    ...(names.length > 0 && objectPlan(names, one.open || other.open)),
    ...(item && { item }),
    ...(taken.size > 0 && { taken }),
  }
}

/**
 * A body with the names of its members as the schema writes them, whatever their case; values stay. What has no effect is added
 * to `ignored` by its path. A body whose names are all exact is given back as it is.
 * @throws INVALID_INPUT for a member that was sent in two spellings
 */
export function readMembers(plan: MemberPlan | undefined, body: unknown, ignored: Ignored[]): unknown {
  return plan ? walk(plan, body, '', ignored) : body
}

function walk(plan: MemberPlan, value: unknown, path: string, ignored: Ignored[]): unknown {
  if (plan.taken && typeof value === 'string') {
    const why = plan.taken.get(value)
    if (why !== undefined) note(ignored, path, why)
    return value
  }
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return plan.item ? walkItems(plan.item, value, path, ignored) : value
  return plan.members ? walkMembers(plan, plan.members, value, path, ignored) : value
}

function walkItems(plan: MemberPlan, items: readonly unknown[], path: string, ignored: Ignored[]): unknown {
  let isSame = true
  const read = items.map((item, at) => {
    const made = walk(plan, item, `${path}[${at}]`, ignored)
    if (made !== item) isSame = false
    return made
  })
  return isSame ? items : read
}

function walkMembers(
  plan: MemberPlan,
  members: NonNullable<MemberPlan['members']>,
  value: object,
  path: string,
  ignored: Ignored[],
): unknown {
  /** By the name that was sent: the schema's name, or the replaced value. Holds differences only. */
  let renamed: Map<string, string> | undefined
  let changed: Map<string, unknown> | undefined
  for (const sent of Object.keys(value)) {
    const name = members.has(sent) ? sent : plan.byFolded?.get(fold(sent))
    if (name === undefined) {
      if (!plan.open) note(ignored, pathOf(path, sent), NOT_KNOWN)
      continue
    }
    if (name !== sent) {
      if (Object.hasOwn(value, name) || isTaken(renamed, name)) {
        throw fieldError(pathOf(path, name), 'was sent in two spellings')
      }
      renamed = (renamed ?? new Map<string, string>()).set(sent, name)
    }
    const part = members.get(name)
    if (!part) continue
    const before: unknown = Reflect.get(value, sent)
    const after = walk(part, before, pathOf(path, name), ignored)
    if (after !== before) changed = (changed ?? new Map<string, unknown>()).set(sent, after)
  }
  if (!renamed && !changed) return value
  // Defines each member, so that a member named `__proto__` stays a member.
  return Object.fromEntries(
    Object.entries(value).map(([sent, member]) => [
      renamed?.get(sent) ?? sent,
      changed?.has(sent) ? changed.get(sent) : member,
    ]),
  )
}

function isTaken(renamed: Map<string, string> | undefined, name: string): boolean {
  if (!renamed) return false
  for (const taken of renamed.values()) if (taken === name) return true
  return false
}

/** Member names of schemas are ASCII letters. A letter that becomes ASCII only by case folding does not match. */
function fold(name: string): string {
  return /^[\x20-\x7e]{1,100}$/.test(name) ? name.toLowerCase() : name
}

function note(ignored: Ignored[], name: string, why: string): void {
  if (ignored.length <= NAMES_LIMIT) ignored.push({ name, why })
}

function pathOf(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
