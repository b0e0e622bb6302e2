import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import addressparser from 'nodemailer/lib/addressparser/index.js'
import { z } from 'zod'
import { httpOrigin } from './http-origin.ts'
import { canonicalAddress } from './ip-address.ts'

/** Building blocks of the configuration. Each parses a value, or says in half a sentence what is wrong with it. */

/** Text without the spaces around it; `NAME=` in a file means: not set. */
export const optional = z
  .string()
  .optional()
  .transform((value) => value?.trim() || undefined)
  .refine((value) => !isQuoted(value), 'stands in quotes: leave them out, they would be part of the value')
  .refine((value) => !/\p{Cc}/u.test(value ?? ''), 'must not hold line breaks or other control characters')

/** Some programs that read files of settings keep the quotes. */
function isQuoted(value: string | undefined): boolean {
  return value !== undefined && value.length > 1 && /^(["'`]).*\1$/s.test(value)
}

/** Entries between commas, none of them empty, none of them twice. */
export const list = optional
  .transform((value) => value?.split(',').map((part) => part.trim()) ?? [])
  .refine((parts) => !parts.includes(''), 'has an empty entry: a comma too many')
  .refine((parts) => new Set(parts).size === parts.length, 'holds an entry twice')
  .refine((parts) => !parts.some(isQuoted), 'has an entry in quotes: leave them out')

/** A whole number. */
export const wholeNumber = (fallback: number, { min = 0, max = 999_999_999 } = {}) =>
  optional
    .pipe(
      z
        .string()
        .regex(/^\d{1,9}$/, 'must be a whole number')
        .default(String(fallback)),
    )
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be ${min} to ${max}`)

/** An origin: `https://name` or `https://name:port`, and nothing behind it. */
export const origin = optional.transform((value, refinement) => {
  const url = value === undefined ? undefined : webUrl(value)
  if (url === undefined) return undefined
  if (typeof url === 'string') return wrong(refinement, url)
  if (url.pathname !== '/') return wrong(refinement, 'must end with its host: a path has no meaning here')
  return url.origin
})

/** A web address below which another server answers; without a slash at its end. */
export const baseUrl = optional.transform((value, refinement) => {
  const url = value === undefined ? undefined : webUrl(value)
  return typeof url === 'string' ? wrong(refinement, url) : url?.href.replace(/\/+$/, '')
})

function webUrl(text: string): URL | string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    return 'must be an address like https://licenses.example.com'
  }
  const url = new URL(text)
  if (url.username || url.password) return 'must not hold a user name or password'
  if (text.includes('?') || text.includes('#')) return 'must not hold a "?" or "#"'
  if (canonicalAddress(url.hostname) === '0.0.0.0' || canonicalAddress(url.hostname) === '::') {
    return 'names every address of a machine, and no one host'
  }
  return url
}

/** Where to listen: a host name or an address, alone. */
export const host = optional.transform((value, refinement) => {
  if (value === undefined) return undefined
  const bare = value.replace(/^\[(.*)\]$/, '$1')
  if (bare.includes('%')) return wrong(refinement, 'must not hold a zone: no URL can name it')
  if (bare.includes(':') || /^[\d.]+$/.test(bare)) {
    return isIP(bare) ? bare : wrong(refinement, 'must be an address or a host name alone: the port is PORT')
  }
  const isName = /^(?!-)[a-z\d-]{1,63}(\.[a-z\d-]{1,63})*$/i.test(bare) && canOrigin(bare)
  return isName
    ? bare
    : wrong(refinement, 'must be an address or a host name, such as 127.0.0.1, :: or localhost')
})

function canOrigin(name: string): boolean {
  try {
    return httpOrigin(name, 80) !== 'null'
  } catch {
    return false
  }
}

/** A mail server: `smtp://…` or `smtps://…`. */
export const smtpUrl = optional.transform((value, refinement) => {
  if (value === undefined) return undefined
  const form = 'must be smtp://… or, with TLS, smtps://…, as in smtps://user:password@smtp.example.com:465'
  if (!/^smtps?:\/\//i.test(value) || !URL.canParse(value)) return wrong(refinement, form)
  const url = new URL(value)
  if (url.hostname === '' || !/^\/?$/.test(url.pathname) || url.hash !== '') return wrong(refinement, form)
  if (!isDecodable(url.username + url.password)) {
    return wrong(refinement, 'holds a user or password whose "%" is not written as %25')
  }
  return value
})

/** A name and an address that mails come from. */
export interface Mailbox {
  name: string
  address: string
}

/** Exactly one address, with or without a name, as mail programs write it. */
export const mailbox = (fallback: string) =>
  optional
    .transform((value) => value ?? fallback)
    .transform((value, refinement): Mailbox => {
      const [only, ...more] = addressparser(value)
      if (!only || more.length > 0 || !('address' in only)) {
        return wrong(
          refinement,
          'must be one address, as in Example Inc <licenses@example.com>; a name with a comma stands in quotes: "Example, Inc." <licenses@example.com>',
        )
      }
      const { name, address } = only
      if (!isPlausible(address)) return wrong(refinement, 'holds no address like licenses@example.com')
      if (name.includes('@')) return wrong(refinement, 'holds two addresses, or a name with an @')
      return { name, address }
    })

/** Letters and signs that need no quotes, and a domain, or `localhost` for trying out. */
function isPlausible(address: string): boolean {
  const [local = '', domain = '', ...more] = address.split('@')
  if (more.length > 0 || address.length > 254 || local.length > 64) return false
  if (!/^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i.test(local)) return false
  const ascii = /^[\p{L}\p{N}\p{M}.-]+$/u.test(domain) ? domainToASCII(domain) : ''
  return (
    domain === 'localhost' ||
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(ascii)
  )
}

/** Text that a header can hold: ASCII without spaces. */
export const token = optional.refine(
  (value) => /^[\x21-\x7e]*$/.test(value ?? ''),
  'must be printable ASCII without spaces',
)

/** Whether the text's percent-encoding can be decoded. */
export function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

function wrong(refinement: z.RefinementCtx, message: string): never {
  refinement.addIssue({ code: 'custom', message })
  return z.NEVER
}
