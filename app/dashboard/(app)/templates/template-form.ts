import { z } from 'zod'

/** Unticked boxes are not sent at all, and lists come as lines of text. */
const BOXES = [
  'allowVmActivation',
  'allowContainerActivation',
  'userLocked',
  'requireAuthentication',
  'disableClockValidation',
  'allowClientLeaseDuration',
  'disableGeoLocation',
]
const LISTS = [
  'allowedIpRanges',
  'allowedIpAddresses',
  'disallowedIpAddresses',
  'allowedCountries',
  'disallowedCountries',
]

/** Names that may hold spaces. */
const LINES = ['requiredMetadataKeys', 'requiredMeterAttributes']

/** The Web API's own schema of a template, fed from the form. */
export function fromTemplateForm<S extends z.ZodType>(schema: S) {
  return z.preprocess((form) => {
    if (typeof form !== 'object' || form === null) return form
    const sent: Record<string, unknown> = { ...form }
    for (const name of BOXES) sent[name] = sent[name] === 'on'
    for (const name of LISTS) {
      const text = sent[name]
      sent[name] = typeof text === 'string' ? text.split(/[\s,]+/).filter(Boolean) : []
    }
    for (const name of LINES) {
      const text = sent[name]
      const lines = typeof text === 'string' ? text.split('\n').map((line) => line.trim()) : []
      sent[name] = lines.filter(Boolean)
    }
    return sent
  }, schema)
}
