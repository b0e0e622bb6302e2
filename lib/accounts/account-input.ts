import { z } from 'zod'
import { int, text } from '../http/fields.ts'
import { sent } from '../http/sent.ts'
import { emailInput } from '../users/canonical-email.ts'
import { readWebAddress } from '../web-address.ts'

/** Blank takes a setting back, as forms send it; left out, it stays. */
const setting = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === '' ? null : value), schema.nullable().optional())

const webAddress = () =>
  setting(
    text(2000).transform((value, refinement) => {
      const url = readWebAddress(value)
      if (url) return url.href
      refinement.addIssue({ code: 'custom', message: 'an address like https://www.example.com is expected' })
      return z.NEVER
    }),
  )

/**
 * An origin as browsers send it: scheme, host, port, nothing else. Neither patterns nor `null` are origins; without
 * encryption only this computer's own.
 */
const origin = z.string('an origin is expected').transform((value, refinement) => {
  const url = URL.parse(value.trim())
  const isPlain =
    url !== null &&
    value.trim().toLowerCase().replace(/\/$/, '') === url.origin &&
    /^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/.test(url.hostname)
  const isLocal = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1' || url?.hostname === '[::1]'
  if (url && isPlain && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)))
    return url.origin
  refinement.addIssue({
    code: 'custom',
    message: 'an origin like https://app.example.com is expected: scheme and host, no path, no pattern',
  })
  return z.NEVER
})

/** Body of `PATCH /v3/accounts/{id}`: any subset. */
export const UpdateAccountInput = z.object({
  company: sent(text(256, 1)).meta({ description: 'The name that customers read.' }),
  companyId: sent(text(63)).meta({ description: 'The alias; it never changes.' }),
  customDomain: sent(text(253)).meta({ description: 'Set by whoever runs the installation.' }),
  email: setting(emailInput().transform((email) => email.value)),
  website: webAddress(),
  logoUrl: webAddress(),
  faviconUrl: webAddress(),
  googleClientId: setting(text(256)),
  allowedOrigins: setting(
    z
      .array(origin)
      .max(50, 'at most 50 origins')
      .transform((list) => [...new Set(list)]),
  ).meta({ description: 'Origins whose browsers may call sign-in, /v3/me, validation and activations.' }),
  sessionDurationSeconds: setting(int({ min: 60, max: 31 * 24 * 3600 })),
  passwordMinLength: setting(int({ min: 8, max: 128 })),
  termsVersion: setting(text(50, 1)),
  privacyVersion: setting(text(50, 1)),
  activationLogDays: setting(int({ min: 1, max: 3650 })),
})
export type UpdateAccountInput = z.output<typeof UpdateAccountInput>
