import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { normalize } from './normalize.ts'

/** An address: as the person wrote it (for sending), and in the canonical form that uniqueness and bans compare. */
export interface EmailAddress {
  value: string
  canonical: string
}

const MAX_LENGTH = 254
/** Characters that mail systems accept before the `@` without quotes. */
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i
/** Letters of any script, digits, marks, hyphens and dots. URL parsing decodes or cuts off none of them. */
const DOMAIN = /^[\p{L}\p{N}\p{M}.\u3002-]+$/u
const ASCII_DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/

/**
 * Reads an address. Case, surrounding spaces, full-width letters and the two spellings of an international domain do not make
 * another address; a `+tag` does. The part before the `@` must be ASCII once normalized: look-alike letters of other scripts
 * could otherwise make two addresses that nobody can tell apart. Returns what is wrong as text.
 */
export function parseEmail(raw: string): EmailAddress | string {
  const trimmed = raw.trim()
  if (trimmed === '') return 'an email address is required'
  if (trimmed.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters`
  if (/[\p{Cc}\p{Cf}\p{Z}]/u.test(trimmed)) return 'must not hold spaces or invisible characters'
  const value = normalize(trimmed, 'NFKC')
  const [local = '', domain = '', ...more] = value.split('@')
  if (local === '' || domain === '' || more.length > 0) return 'must look like name@example.com'
  if (local.length > 64 || !LOCAL_PART.test(local)) {
    return 'the part before the @ may hold plain letters, digits and the usual signs only'
  }
  const ascii = DOMAIN.test(domain) ? domainToASCII(domain).toLowerCase() : ''
  if (!ASCII_DOMAIN.test(ascii)) return 'the part after the @ is not a domain name'
  const canonical = `${local.toLowerCase()}@${ascii}`
  if (canonical.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters`
  return { value, canonical }
}

/** An address in a form or body. */
export const emailInput = () =>
  z.string('an email address is expected').transform((raw, refinement): EmailAddress => {
    const parsed = parseEmail(raw)
    if (typeof parsed !== 'string') return parsed
    refinement.addIssue({ code: 'custom', message: parsed })
    return z.NEVER
  })

/** The canonical form that a search compares with. Text that is no address matches nothing. */
export function canonicalEmail(raw: string): string {
  const parsed = parseEmail(raw)
  if (typeof parsed !== 'string') return parsed.canonical
  // The database refuses a NUL, even in a comparison.
  return normalize(raw.trim(), 'NFKC').toLowerCase().replaceAll('\0', '\u{fffd}')
}
