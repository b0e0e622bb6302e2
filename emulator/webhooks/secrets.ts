import { randomBytes } from 'node:crypto'
import { find } from '../resources/find.ts'
import type { Work } from '../work.ts'

export function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64url').replaceAll(/[-_]/g, 'x')}`
}

/** Gives an endpoint its first secret, or puts a known one in the place of all it had. */
export async function setSecret(work: Work, endpointId: string, secret: string): Promise<void> {
  await work.db.put('webhook_secrets', {
    id: endpointId,
    object: 'webhook_secrets',
    created: work.now,
    secrets: [{ sealed: work.seal(secret), expires_at: null }],
  })
}

/**
 * Gives an endpoint a new secret; the old one keeps signing too for `overlapSeconds` (Stripe allows up to a day).
 * @returns the new secret
 */
export async function rollSecret(work: Work, endpointId: string, overlapSeconds: number): Promise<string> {
  const current = await find(work.db, 'webhook_secrets', endpointId)
  const secret = newSecret()
  const until = work.now + Math.min(overlapSeconds, 24 * 3600)
  const old = current.secrets
    .filter((entry) => entry.expires_at === null || entry.expires_at > work.now)
    .map((entry) => ({ sealed: entry.sealed, expires_at: Math.min(entry.expires_at ?? until, until) }))
  await work.db.put('webhook_secrets', {
    ...current,
    secrets: [{ sealed: work.seal(secret), expires_at: null }, ...old],
  })
  return secret
}
