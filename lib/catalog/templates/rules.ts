import { isIP } from 'node:net'
import { z } from 'zod'
import type { licenseRuleColumns, licenseTemplates } from '#db/schema/products.ts'
import { fieldError } from '#lib/core/errors.ts'
import { bool, int, text } from '#lib/core/input/fields.ts'
import { takenAs } from '#lib/core/input/member-names.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { intervalOfSeconds, intervalSeconds, normalizeInterval } from './interval.ts'

/** What a license takes over from its template. */
export type LicenseRules = Pick<
  typeof licenseTemplates.$inferSelect,
  keyof ReturnType<typeof licenseRuleColumns>
>

const country = z
  .string('text is expected')
  .trim()
  .regex(/^[A-Za-z]{2}$/, 'a country code of two letters is expected')
  .transform((code) => code.toUpperCase())
const countries = z.array(country).max(256, 'at most 256 countries')
const address = z.string('text is expected').trim().refine(isIP, 'an IP address is expected')
const addresses = z.array(address).max(256, 'at most 256 addresses')
const range = text(100).refine(
  isRange,
  'an address range like 192.0.2.0/24 or 192.0.2.1-192.0.2.9 is expected',
)
const limit = () => int({ min: -1 })
const seconds = () => int({ min: 0 })

/** The rules in bodies: all may be left out, and every spelling of older clients is taken. */
export const ruleFields = {
  type: optionalField(z.enum(['node-locked', 'hosted-floating', 'on-premise-floating'])),
  fingerprintMatchingStrategy: optionalField(z.enum(['fuzzy', 'exact', 'loose'])),
  /** -1 and 0: unlimited. */
  allowedActivations: optionalField(limit()),
  /** -1: unlimited. */
  allowedDeactivations: optionalField(limit()),
  allowedFloatingClients: optionalField(limit()),
  subscriptionInterval: z.string('text is expected').nullish().meta({
    description: 'ISO 8601 duration such as P1Y, counted by the calendar in UTC; "" or null: perpetual.',
  }),
  validity: optionalField(int({ min: 0 })).meta({
    description: 'Old form of subscriptionInterval, seconds; 0: perpetual. Kept as the interval PT<n>S.',
    deprecated: true,
  }),
  subscriptionStartTrigger: optionalField(z.enum(['creation', 'activation'])),
  expirationStrategy: optionalField(
    takenAs(z.enum(['immediate', 'delayed'], 'immediate or delayed is expected'), { rolling: 'delayed' }),
  ).meta({
    description:
      'Old form of subscriptionStartTrigger: creation, activation. "rolling" is taken as "delayed" and told in Latchkey-Ignored.',
    deprecated: true,
  }),
  /** Seconds; -1 and 0: unlimited. */
  leaseDuration: optionalField(limit()),
  leasingStrategy: optionalField(z.enum(['per-machine', 'per-instance'])),
  allowClientLeaseDuration: optionalField(bool()),
  serverSyncInterval: optionalField(seconds()),
  serverSyncGracePeriod: optionalField(limit()),
  allowedClockOffset: optionalField(
    int({ min: -1 }).refine((value) => value === -1 || value >= 60, 'must be at least 60, or -1 for any'),
  ),
  disableClockValidation: optionalField(bool()),
  expiringSoonEventOffset: optionalField(seconds()),
  expiryGracePeriod: optionalField(seconds()).meta({
    description: 'Seconds after expiry during which the license is still valid.',
  }),
  allowVmActivation: optionalField(bool()),
  allowContainerActivation: optionalField(bool()),
  userLocked: optionalField(bool()),
  requireAuthentication: optionalField(bool()),
  disableGeoLocation: optionalField(bool()),
  allowedIpRange: optionalField(range).meta({
    description: 'Old form of allowedIpRanges.',
    deprecated: true,
  }),
  allowedIpRanges: optionalField(z.array(range).max(20, 'at most 20 ranges')),
  allowedIpAddresses: optionalField(addresses),
  disallowedIpAddresses: optionalField(addresses),
  allowedCountries: optionalField(countries),
  disallowedCountries: optionalField(countries),
  heartbeatWindow: optionalField(seconds()).meta({
    description: 'Seconds of silence after which a device is freed; 0: never.',
  }),
  deviceSwapCooldown: optionalField(seconds()).meta({
    description: 'Seconds between two swaps of a device; 0: none.',
  }),
  deviceSwapsPerYear: optionalField(limit()).meta({ description: 'Swaps in 365 days; -1: any number.' }),
}

const RuleInput = z.object(ruleFields)
export type RuleInput = z.output<typeof RuleInput>

/**
 * The rules that a body names, as columns. New names win over old ones where both are sent.
 * @throws INVALID_INPUT for an interval that is none
 */
export function rulesFromInput(input: RuleInput): Partial<LicenseRules> {
  const interval = input.subscriptionInterval
  const rules: Partial<LicenseRules> = {
    type: input.type,
    fingerprintMatchingStrategy: input.fingerprintMatchingStrategy,
    allowedActivations: input.allowedActivations,
    allowedDeactivations: input.allowedDeactivations,
    allowedFloatingClients: input.allowedFloatingClients,
    subscriptionInterval:
      interval === undefined ? intervalOfValidity(input.validity) : checked(interval ?? ''),
    subscriptionStartTrigger: input.subscriptionStartTrigger ?? triggerOf(input.expirationStrategy),
    leaseDuration: input.leaseDuration,
    leasingStrategy: input.leasingStrategy,
    allowClientLeaseDuration: input.allowClientLeaseDuration,
    serverSyncInterval: input.serverSyncInterval,
    serverSyncGracePeriod: input.serverSyncGracePeriod,
    allowedClockOffset: input.allowedClockOffset,
    disableClockValidation: input.disableClockValidation,
    expiringSoonEventOffset: input.expiringSoonEventOffset,
    expiryGracePeriod: input.expiryGracePeriod,
    allowVmActivation: input.allowVmActivation,
    allowContainerActivation: input.allowContainerActivation,
    userLocked: input.userLocked,
    requireAuthentication: input.requireAuthentication,
    disableGeoLocation: input.disableGeoLocation,
    allowedIpRanges: input.allowedIpRanges ?? (input.allowedIpRange ? [input.allowedIpRange] : undefined),
    allowedIpAddresses: input.allowedIpAddresses,
    disallowedIpAddresses: input.disallowedIpAddresses,
    allowedCountries: input.allowedCountries,
    disallowedCountries: input.disallowedCountries,
    heartbeatWindow: input.heartbeatWindow,
    deviceSwapCooldown: input.deviceSwapCooldown,
    deviceSwapsPerYear: input.deviceSwapsPerYear,
  }
  // Leaves absent members out: an undefined would overwrite inherited values when objects are spread.
  return Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined))
}

function checked(interval: string): string {
  const normal = normalizeInterval(interval)
  if (normal === undefined) {
    throw fieldError(
      'subscriptionInterval',
      'an ISO 8601 duration such as P1Y or P1M is expected, at most 100 years',
    )
  }
  return normal
}

function intervalOfValidity(validity: number | undefined): string | undefined {
  return validity === undefined ? undefined : intervalOfSeconds(validity)
}

function triggerOf(strategy: RuleInput['expirationStrategy']): 'creation' | 'activation' | undefined {
  return strategy && (strategy === 'delayed' ? 'activation' : 'creation')
}

function isRange(value: string): boolean {
  const [from = '', to, more] = value.trim().split(/[-/]/)
  const version = isIP(from.trim())
  if (version === 0 || to === undefined || more !== undefined) return false
  if (value.includes('-')) return isIP(to.trim()) === version
  return /^\d{1,3}$/.test(to) && Number(to) <= (version === 4 ? 32 : 128)
}

/** The rules in answers, under new and old names. */
export const ruleDtoFields = {
  type: z.string(),
  fingerprintMatchingStrategy: z.string(),
  allowedActivations: z.int(),
  allowedDeactivations: z.int(),
  allowedFloatingClients: z.int(),
  subscriptionInterval: z.string().nullable(),
  subscriptionStartTrigger: z.string(),
  validity: z
    .int()
    .meta({ description: 'Nominal length of the interval, seconds (year 365 days, month 30 days).' }),
  expirationStrategy: z.string(),
  leaseDuration: z.int(),
  leasingStrategy: z.string(),
  allowClientLeaseDuration: z.boolean(),
  serverSyncInterval: z.int(),
  serverSyncGracePeriod: z.int(),
  allowedClockOffset: z.int(),
  disableClockValidation: z.boolean(),
  expiringSoonEventOffset: z.int(),
  expiryGracePeriod: z.int(),
  allowVmActivation: z.boolean(),
  allowContainerActivation: z.boolean(),
  userLocked: z.boolean(),
  requireAuthentication: z.boolean(),
  disableGeoLocation: z.boolean(),
  allowedIpRange: z.string().nullable(),
  allowedIpRanges: z.array(z.string()),
  allowedIpAddresses: z.array(z.string()),
  disallowedIpAddresses: z.array(z.string()),
  allowedCountries: z.array(z.string()),
  disallowedCountries: z.array(z.string()),
  heartbeatWindow: z.int(),
  deviceSwapCooldown: z.int(),
  deviceSwapsPerYear: z.int(),
}

const RulesDto = z.object(ruleDtoFields)
export type RulesDto = z.output<typeof RulesDto>

export function toRulesDto(rules: LicenseRules): RulesDto {
  return {
    type: rules.type,
    fingerprintMatchingStrategy: rules.fingerprintMatchingStrategy,
    allowedActivations: rules.allowedActivations,
    allowedDeactivations: rules.allowedDeactivations,
    allowedFloatingClients: rules.allowedFloatingClients,
    subscriptionInterval: rules.subscriptionInterval || null,
    subscriptionStartTrigger: rules.subscriptionStartTrigger,
    validity: intervalSeconds(rules.subscriptionInterval),
    expirationStrategy: rules.subscriptionStartTrigger === 'activation' ? 'delayed' : 'immediate',
    leaseDuration: rules.leaseDuration,
    leasingStrategy: rules.leasingStrategy,
    allowClientLeaseDuration: rules.allowClientLeaseDuration,
    serverSyncInterval: rules.serverSyncInterval,
    serverSyncGracePeriod: rules.serverSyncGracePeriod,
    allowedClockOffset: rules.allowedClockOffset,
    disableClockValidation: rules.disableClockValidation,
    expiringSoonEventOffset: rules.expiringSoonEventOffset,
    expiryGracePeriod: rules.expiryGracePeriod,
    allowVmActivation: rules.allowVmActivation,
    allowContainerActivation: rules.allowContainerActivation,
    userLocked: rules.userLocked,
    requireAuthentication: rules.requireAuthentication,
    disableGeoLocation: rules.disableGeoLocation,
    allowedIpRange: rules.allowedIpRanges[0] ?? null,
    allowedIpRanges: rules.allowedIpRanges,
    allowedIpAddresses: rules.allowedIpAddresses,
    disallowedIpAddresses: rules.disallowedIpAddresses,
    allowedCountries: rules.allowedCountries,
    disallowedCountries: rules.disallowedCountries,
    heartbeatWindow: rules.heartbeatWindow,
    deviceSwapCooldown: rules.deviceSwapCooldown,
    deviceSwapsPerYear: rules.deviceSwapsPerYear,
  }
}
