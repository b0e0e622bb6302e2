import { z } from 'zod'
import { emailInput } from '#lib/core/canonical-email.ts'
import { originOf } from '#lib/core/http-origin.ts'
import { exactText, int, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { readWebAddress } from '#lib/core/web-address.ts'

/** A blank, as forms send it, removes a setting. A setting that is left out stays. */
const setting = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === '' ? null : value), schema.nullable().optional())

const webAddress = () =>
  setting(
    exactText(2000).transform((value, refinement) => {
      const url = readWebAddress(value)
      if (url) return url.href
      refinement.addIssue({ code: 'custom', message: 'an address like https://www.example.com is expected' })
      return z.NEVER
    }),
  )

/**
 * An origin as browsers send it: scheme, host, port, nothing else; applications' own schemes are kept as they are. Patterns and
 * `null` are refused; plain http only for this computer.
 */
const origin = z.string('an origin is expected').transform((value, refinement) => {
  const typed = value.trim().replace(/\/$/, '')
  const found = originOf(typed)
  if (found !== undefined && isListable(found, typed)) return found
  const shown = JSON.stringify(value.slice(0, 60))
  refinement.addIssue({
    code: 'custom',
    message: `${shown} is none: an origin like https://app.example.com or tauri://localhost is expected, with scheme and host, no path, no pattern`,
  })
  return z.NEVER
})

function isListable(found: string, typed: string): boolean {
  if (!/^https?:/.test(found)) return true
  const { protocol, hostname } = new URL(found)
  const isPlain = typed.toLowerCase() === found && /^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/.test(hostname)
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
  return isPlain && (protocol === 'https:' || isLocal)
}

/** Body of `PATCH /v3/accounts/{id}`: any subset. */
export const UpdateAccountInput = z.object({
  company: optionalField(text(256, 1)).meta({ description: 'The name that customers read.' }),
  companyId: optionalField(text(63)).meta({ description: 'The alias; it never changes.' }),
  customDomain: optionalField(text(253)).meta({ description: 'Set by whoever runs the installation.' }),
  email: setting(emailInput().transform((email) => email.value)),
  website: webAddress(),
  logoUrl: webAddress(),
  faviconUrl: webAddress(),
  googleClientId: setting(exactText(256)),
  allowedOrigins: setting(
    z
      .array(origin)
      .max(50, 'at most 50 origins')
      .transform((list) => [...new Set(list)]),
  ).meta({
    description:
      'Origins whose pages may call what needs no secret of a server: sign-in, /v3/me, validation, activations, trials, releases.',
  }),
  sessionDurationSeconds: setting(int({ min: 60, max: 31 * 24 * 3600 })),
  passwordMinLength: setting(int({ min: 8, max: 128 })),
  termsVersion: setting(text(50, 1)),
  privacyVersion: setting(text(50, 1)),
  activationLogDays: setting(int({ min: 1, max: 3650 })),
})
export type UpdateAccountInput = z.output<typeof UpdateAccountInput>
