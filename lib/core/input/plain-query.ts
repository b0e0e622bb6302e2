import { z } from 'zod'

const shapes = new WeakMap<z.ZodType, z.ZodObject>()

/**
 * The query of an operation that is no list: one parameter per field, each as text or absent. Of a repeated one the last
 * counts.
 */
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

/** Parameters that name the account of a request without a token, in query or body. Every operation accepts them. */
export const ACCOUNT_HINTS: ReadonlySet<string> = new Set(['accountId', 'accountAlias', 'companyId'])
