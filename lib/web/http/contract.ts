import type { z } from 'zod'
import type { ErrorCode } from '#lib/core/errors.ts'
import type { CsvForm } from '#lib/core/input/csv.ts'
import type { Permission } from '#lib/core/permissions.ts'

/** A route's contract. OpenAPI, the conformance tests and the handler read the same object. */
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
   * The headers that the handler reads, in lower case, each with its description. It sees no others. They are part of an
   * `Idempotency-Key`'s identity, because they may decide whether a request is allowed.
   */
  headers?: Readonly<Record<string, string>>
  /** The most bytes that its body may hold, where 256 kB are too few; at most `LARGEST_BODY`. */
  bodyLimit?: number
  /** The response. It also strips fields that it does not name. */
  response?: z.ZodType
  /** Instead of `response`: the answer is a CSV file, and the handler gives its rows in chunks (`readInChunks`). */
  csv?: CsvForm<never>
  /** The handler may return null; the answer is then 204 without a body. */
  orNothing?: true
  status: 200 | 201 | 202 | 204
  /** Codes besides the usual ones (input, authentication, throttle). */
  errors?: readonly ErrorCode[]
  deprecated?: boolean
  /** The answer holds a fresh secret: a repetition by `Idempotency-Key` is refused instead of answered again. */
  secretAnswer?: boolean
  /**
   * The handler calls other servers, so it must not run in the transaction of an `Idempotency-Key`, whose locks stop others.
   */
  asksOthers?: boolean
  /** The answer is signed with the account's key. It is never stored for a repetition, because it states the present. */
  signed?: boolean
  /** The answer depends on what its caller may get now. It is never stored; a repetition runs anew. */
  neverKept?: boolean
}
