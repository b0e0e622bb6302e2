import { z } from 'zod'

const shapes = new WeakMap<z.ZodType, z.ZodObject>()

/** The query of what is no list: one parameter per field, each as text or absent; of a repeated one the last counts. */
export function plainQuery<const S extends z.ZodRawShape>(shape: S) {
  const object = z.object(shape)
  const schema = z.instanceof(URLSearchParams).transform((params, refinement): z.output<z.ZodObject<S>> => {
    const parsed = object.safeParse(Object.fromEntries(params))
    if (parsed.success) return parsed.data
    for (const { path, message } of parsed.error.issues) {
      refinement.addIssue({ code: 'custom', path: [...path], message })
    }
    return z.NEVER
  })
  shapes.set(schema, object)
  return schema
}

/** The fields of a query that `plainQuery` made, for its description; undefined for any other. */
export function plainQueryOf(schema: z.ZodType): z.ZodObject | undefined {
  return shapes.get(schema)
}

/** What names the account of a request without a token, in its query or body: every operation understands it. */
export const ACCOUNT_HINTS: ReadonlySet<string> = new Set(['accountId', 'accountAlias', 'companyId'])
