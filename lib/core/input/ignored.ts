import { AppError, type FieldErrors } from '../errors.ts'
import type { HttpRequest } from './http-request.ts'

/** The most names that the header lists. */
export const NAMES_LIMIT = 20
/** The longest name that the header lists, characters. */
const NAME_LENGTH = 100
/** The longest header, characters. */
const HEADER_LENGTH = 1000

/** A query parameter or a member of a body that has no effect, and why. Never its value. */
export interface Ignored {
  name: string
  why: string
  /** Understood, but without effect here, so a write or an export is not refused for it. */
  harmless?: true
}

export const NOT_KNOWN = 'is not known here'

/** The value of `Latchkey-Ignored`: the names, percent-encoded, as many of them as have room. Empty for none. */
export function ignoredHeader(ignored: readonly Ignored[]): string {
  let text = ''
  for (const name of new Set(ignored.slice(0, NAMES_LIMIT).map(({ name }) => cut(name)))) {
    // A name may be half a character, which cannot be encoded.
    const part = encodeURIComponent(name.toWellFormed())
    const longer = text === '' ? part : `${text}, ${part}`
    if (longer.length <= HEADER_LENGTH) text = longer
  }
  return text
}

/** Refuses a request because of names that would have no effect, and lists all of them. */
export function refuseIgnored(ignored: readonly Ignored[]): AppError {
  const fields: FieldErrors = Object.fromEntries(
    ignored.slice(0, NAMES_LIMIT).map(({ name, why }) => [cut(name), why]),
  )
  const [first] = Object.entries(fields)
  return new AppError('INVALID_INPUT', first ? `${first[0]}: ${first[1]}` : 'The input is not valid.', {
    fields,
  })
}

/** Whether the client asks to be refused if anything would be ignored: `Prefer: handling=strict` (RFC 7240). */
export function wantsStrict(request: HttpRequest): boolean {
  const prefer = request.headers.get('prefer') ?? ''
  return /(?:^|[,\s])handling\s*=\s*"?([\w-]+)/i.exec(prefer)?.[1]?.toLowerCase() === 'strict'
}

/** A name as it may stand in an answer. */
function cut(name: string): string {
  return name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH)}…` : name
}
