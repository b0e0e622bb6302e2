import { AppError } from '#lib/core/errors.ts'
import { isRevoked, isSuspended } from '../licenses/status.ts'
import type { ActivationInput } from './activation-input.ts'
import { isAddressAllowed } from './address-rules.ts'
import type { License, LicenseFacts } from './license-facts.ts'

/** Whether the license is a pool of leases. */
export function isFloating(license: Pick<License, 'type'>): boolean {
  return license.type === 'hosted-floating'
}

/**
 * How many devices may hold the license at once; null = any number. A pool counts its floating clients; where that was
 * left at 0, older clients mean the number of activations.
 */
export function deviceLimit(
  license: Pick<License, 'type' | 'allowedActivations' | 'allowedFloatingClients'>,
): number | null {
  if (isFloating(license) && license.allowedFloatingClients !== 0) {
    return license.allowedFloatingClients < 0 ? null : license.allowedFloatingClients
  }
  return license.allowedActivations <= 0 ? null : license.allowedActivations
}

/** When a lease taken now ends; null = never, or no lease at all. */
export function leaseEnd(
  license: Pick<License, 'type' | 'leaseDuration' | 'allowClientLeaseDuration'>,
  askedSeconds: number,
  at: Date,
): Date | null {
  if (!isFloating(license)) return null
  const seconds = license.allowClientLeaseDuration && askedSeconds > 0 ? askedSeconds : license.leaseDuration
  return seconds > 0 ? new Date(at.getTime() + seconds * 1000) : null
}

/** Whether devices are told that the license is suspended: a banned owner's is (licensing §1). */
export function isWithheld({ license, owner }: Pick<LicenseFacts, 'license' | 'owner'>): boolean {
  return isSuspended(license) || Boolean(owner?.bannedAt)
}

/**
 * Everything but the number of devices, in the order in which the codes are checked (docs/decisions/0003).
 * Suspended and expired licenses pass: their token says so.
 * @throws REVOKED_LICENSE, LICENSE_NOT_EFFECTIVE, INVALID_LICENSE_TYPE, IP_ADDRESS_NOT_ALLOWED, COUNTRY_NOT_ALLOWED,
 *   VM_ACTIVATION_NOT_ALLOWED, CONTAINER_ACTIVATION_NOT_ALLOWED
 */
export function assertUsable(
  license: License,
  device: Pick<ActivationInput, 'floating' | 'vmName' | 'container'>,
  surroundings: { at: Date; ip: string | null; countryCode: string | null },
): void {
  if (isRevoked(license)) {
    throw new AppError('REVOKED_LICENSE', 'This license has been revoked.')
  }
  if (license.effectiveAt && license.effectiveAt > surroundings.at) {
    const from = license.effectiveAt.toISOString()
    throw new AppError('LICENSE_NOT_EFFECTIVE', `This license is not effective before ${from}.`)
  }
  if (
    (license.type === 'on-premise-floating' && !device.floating) ||
    (license.type === 'node-locked' && device.floating)
  ) {
    throw new AppError(
      'INVALID_LICENSE_TYPE',
      `This license is ${license.type}: it cannot be activated like this.`,
    )
  }
  assertPlaceAllowed(license, device, surroundings, 'license')
}

/** The rules about where something may run, of a license or a trial. */
export type PlaceRules = Pick<
  License,
  | 'allowVmActivation'
  | 'allowContainerActivation'
  | 'allowedIpAddresses'
  | 'allowedIpRanges'
  | 'disallowedIpAddresses'
  | 'allowedCountries'
  | 'disallowedCountries'
>

/**
 * Address, country, virtual machine, container.
 * @throws IP_ADDRESS_NOT_ALLOWED, COUNTRY_NOT_ALLOWED, VM_ACTIVATION_NOT_ALLOWED, CONTAINER_ACTIVATION_NOT_ALLOWED
 */
export function assertPlaceAllowed(
  rules: PlaceRules,
  device: Pick<ActivationInput, 'vmName' | 'container'>,
  place: { ip: string | null; countryCode: string | null },
  noun: 'license' | 'trial',
): void {
  if (!isAddressAllowed(rules, place.ip)) {
    throw new AppError('IP_ADDRESS_NOT_ALLOWED', `This ${noun} may not be used from this address.`)
  }
  if (!isCountryAllowed(rules, place.countryCode)) {
    throw new AppError('COUNTRY_NOT_ALLOWED', `This ${noun} may not be used in this country.`)
  }
  if (device.vmName && !rules.allowVmActivation) {
    throw new AppError('VM_ACTIVATION_NOT_ALLOWED', `This ${noun} may not be used in a virtual machine.`)
  }
  if (device.container && !rules.allowContainerActivation) {
    throw new AppError('CONTAINER_ACTIVATION_NOT_ALLOWED', `This ${noun} may not be used in a container.`)
  }
}

/** An unknown country passes only without a list of allowed countries. */
function isCountryAllowed(
  rules: Pick<License, 'allowedCountries' | 'disallowedCountries'>,
  countryCode: string | null,
): boolean {
  const named = (list: readonly string[]) =>
    countryCode !== null && list.some((entry) => entry.toUpperCase() === countryCode.toUpperCase())
  if (named(rules.disallowedCountries)) return false
  return rules.allowedCountries.length === 0 || named(rules.allowedCountries)
}

/** The refusal of a full license. */
export class DevicesInUse extends AppError {
  readonly facts: LicenseFacts

  constructor(facts: LicenseFacts, limit: number) {
    const devices = limit === 1 ? 'one device' : `${limit} devices`
    super(
      'ACTIVATION_LIMIT_REACHED',
      `This license is for ${devices}, and all of them are in use. Deactivate one and try again.`,
    )
    this.facts = facts
  }
}

/** The same answer for an activation that is gone, of another account, or claimed without proof. */
export function activationNotFound(message = 'There is no such activation.'): AppError {
  return new AppError('ACTIVATION_NOT_FOUND', message)
}
