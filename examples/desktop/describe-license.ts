import type { ClockWarning } from '../../sdk/clock-guard.ts'
import type { Entitlement } from '../../sdk/entitlements.ts'
import type { License, Meter, Usage } from '../../sdk/license.ts'
import type { LicenseState } from '../../sdk/license-state.ts'

/** "This computer is device 1 of 3.", as far as the token tells. */
export function describeDevices(usage: Usage | null): string {
  if (!usage) return ''
  if (usage.allowed === null) return 'The number of devices is not limited.'
  return `This computer is device ${usage.used} of ${usage.allowed}.`
}

/** The lines that tell a user what the license is and allows. */
export function describeLicense(license: License, productName: string): string[] {
  const { holder, activations } = license
  const issuedTo = [holder.name, holder.email && `<${holder.email}>`, holder.company]
    .filter(Boolean)
    .join(' ')
  const rows: [string, string][] = [
    ['Product', productName],
    ['License', license.key ? `${license.key} (${license.type || 'type not told'})` : license.type],
    ['Issued to', issuedTo],
    ['Expires', license.expiresAt ? formatTime(license.expiresAt) : 'never'],
    ['Devices', activations ? `${activations.used} of ${activations.allowed ?? 'unlimited'}` : ''],
    ['Allows', allowances(license).join(', ')],
    ['Last confirmed', formatTime(license.issuedAt)],
    ['Next sync', license.nextSyncAt ? formatTime(license.nextSyncAt) : 'not needed'],
    ['Grace period', license.graceEndsAt ? `ends ${formatTime(license.graceEndsAt)}` : 'has no end'],
    ['Lease', license.leaseExpiresAt ? `ends ${formatTime(license.leaseExpiresAt)}` : ''],
  ]
  return rows.filter(([, value]) => value !== '').map(([name, value]) => `  ${name.padEnd(15)} ${value}`)
}

function allowances(license: License): string[] {
  const { metadata, productVersion, entitlementSet } = license
  return [
    ...(productVersion ? [productVersion.displayName || productVersion.name] : []),
    ...(productVersion?.featureFlags.filter(({ enabled }) => enabled).map(({ name }) => name) ?? []),
    ...(entitlementSet ? [entitlementSet.displayName || entitlementSet.name] : []),
    ...license.entitlements.map(describeFeature),
    ...[...metadata.product, ...metadata.license].map(({ key, value }) => pair(key, value)),
    ...license.meters.license.map(meter),
    ...(license.maintenance.expiresAt ? [`updates until ${formatTime(license.maintenance.expiresAt)}`] : []),
  ]
}

/** A feature as people read it: `Cloud storage: 10 GB`. */
export function describeFeature({ displayName, value }: Entitlement): string {
  return pair(displayName, value)
}

/** A feature as programs name it: `cloud: 10 GB`. */
export function describeEntitlement({ name, value }: Entitlement): string {
  return pair(name, value)
}

function pair(name: string, value: string): string {
  return value ? `${name}: ${value}` : name
}

function meter({ name, used, allowed }: Meter): string {
  return `${name}: ${used} of ${allowed ?? 'unlimited'} used`
}

/** One sentence: may the application run, until when, and if not, why not. */
export function describeState(state: LicenseState): string {
  if (state.status === 'TRIAL') {
    const { expiresAt } = state.license
    return `This is a trial.${expiresAt ? ` It runs until ${formatTime(expiresAt)}.` : ''}${clockWords(state)}`
  }
  if (state.status !== 'ACTIVE') {
    const ended = endOf(state)
    return `This computer is not licensed. ${state.message}${ended ? ` (${ended})` : ''}`
  }
  const { worksOfflineUntil } = state.license
  const words = clockWords(state)
  if (!worksOfflineUntil) return `This computer is licensed, also without the license server.${words}`
  return `This computer is licensed. Without the license server it runs until ${formatTime(worksOfflineUntil)}.${words}`
}

function clockWords({ warning }: { warning: ClockWarning | null }): string {
  return warning ? ' Its clock is set to an earlier time than before: please set it right.' : ''
}

function endOf({ status, license }: LicenseState): string {
  if (status === 'EXPIRED' && license.expiresAt) return `expired ${formatTime(license.expiresAt)}`
  if (status === 'GRACE_PERIOD_OVER' && license.graceEndsAt)
    return `grace period ended ${formatTime(license.graceEndsAt)}`
  if (status === 'LEASE_EXPIRED' && license.leaseExpiresAt)
    return `lease ended ${formatTime(license.leaseExpiresAt)}`
  return ''
}

/** `2026-01-31 12:00 UTC`. */
export function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
