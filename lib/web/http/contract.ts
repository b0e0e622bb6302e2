import type { z } from 'zod'
import type { ErrorCode } from '#lib/core/errors.ts'
import type { CsvForm } from '#lib/core/input/csv.ts'
import type { Permission } from '#lib/core/permissions.ts'

/** A route's whole contract: what OpenAPI, the conformance tests and the handler all read. */
export interface Contract {
  summary: string
  description?: string
  /** The one permission it needs; `public` in so many words where it needs none. */
  permission: Permission
  params?: z.ZodType
  /** Parses the URLSearchParams: `listQuery(fields)` for lists. */
  query?: z.ZodType
  body?: z.ZodType
  /**
   * The headers that the handler reads, in lower case, each with its description. It sees no others. They belong to what makes
   * a request the same one: by them it may be allowed or not.
   */
  headers?: Readonly<Record<string, string>>
  /** The most bytes that its body may hold, where 256 kB are too few; at most `LARGEST_BODY`. */
  bodyLimit?: number
  /** What leaves. It also strips: a field it does not name stays inside. */
  response?: z.ZodType
  /** Instead of `response`: the answer is a CSV file, and the handler gives its rows in chunks (`readInChunks`). */
  csv?: CsvForm<never>
  /** Where there may be nothing to answer: the handler gives null, and 204 goes out instead of `response`. */
  orNothing?: true
  status: 200 | 201 | 202 | 204
  /** Codes besides the usual ones (input, authentication, throttle). */
  errors?: readonly ErrorCode[]
  deprecated?: boolean
  /** The answer holds a fresh secret: a repetition by `Idempotency-Key` is refused instead of answered again. */
  secretAnswer?: boolean
  /** Asks other servers while it works: it must not do so in the transaction of an `Idempotency-Key`, whose locks stop others. */
  asksOthers?: boolean
  /** The answer is signed with the account's key, and never kept for a repetition: it says how things are now. */
  signed?: boolean
  /** The answer depends on what its caller may get at this moment: it is never kept, and a repetition is done anew. */
  neverKept?: boolean
}
