import { hash } from 'node:crypto'
import type { Sql } from 'postgres'
import { keyLookUp } from '#lib/licensing/licenses/license-key.ts'
import { signAnswer } from './sign.ts'
import { entitlements, type Row } from './statements.ts'

/** As many sentences as Latchkey's answer holds, and about as long. */
const CHECKS = Array.from({ length: 13 }, (_, n) => ({
  name: `CHECK_NUMBER_${n}`,
  passed: true,
  detail: 'This computer and its user have activated it.',
}))

export interface SignedAnswer {
  text: string
  headers: Record<string, string>
}

/** Judges a license: believes that it is good. */
export async function validate(
  sql: Sql,
  findAccountKey: (accountId: string) => Promise<string>,
  { accountId, host, asked }: { accountId: string; host: string; asked: Row },
): Promise<SignedAnswer> {
  const now = new Date().toISOString()
  const read = sql<Row[]>`
    select l.account_id, l.id, l.product_id, l.user_id, l.entitlement_set_id, l.type, l.allowed_activations,
      l.allowed_floating_clients, l.user_locked, l.effective_at, l.expires_at, l.expiry_grace_period,
      l.expiring_soon_event_offset, l.suspended_manual_at, l.suspended_billing_at, l.revoked_manual_at, l.revoked_billing_at,
      l.maintenance_expires_at, l.max_allowed_release_version, l.metadata,
      (select u.banned_at from users u where u.account_id = l.account_id and u.id = l.user_id) as owner_banned_at,
      ${entitlements(sql)},
      (select jsonb_build_object(
          'inUse', count(*) filter (where d.lease_expires_at is null or d.lease_expires_at > ${now}::timestamptz),
          'known', count(*),
          'own', coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'userHash', d.user_hash,
            'leaseExpiresAt', d.lease_expires_at) order by d.lease_expires_at desc nulls first)
            filter (where d.fingerprint = ${String(asked.fingerprint)}), '[]'))
        from activations d where d.account_id = l.account_id and d.license_id = l.id) as places
    from licenses l
    where l.account_id = ${accountId} and l.key_hash = ${keyLookUp(String(asked.key))}`
  const [[facts], kid] = await Promise.all([read, findAccountKey(accountId)])
  if (!facts) throw new Error('there is no such license')
  const text = JSON.stringify(answerFor(facts, asked, now))
  const digest = `sha-256=${hash('sha256', text, 'base64')}`
  const date = new Date(now).toUTCString()
  const lines = `(request-target): post /v3/licenses/validate\nhost: ${host}\ndate: ${date}\ndigest: ${digest}`
  const signature = await signAnswer(sql, accountId, kid, lines)
  return { text, headers: { date, digest, 'latchkey-signature': `keyid="${kid}", signature="${signature}"` } }
}

function answerFor(facts: Row, asked: Row, now: string) {
  return {
    valid: true,
    code: 'VALID',
    message: 'The license is valid.',
    license: {
      id: facts.id,
      productId: facts.product_id,
      status: 'ACTIVE',
      type: facts.type,
      expiresAt: null,
      validUntil: null,
      maintenanceExpiresAt: null,
      maxAllowedReleaseVersion: facts.max_allowed_release_version,
      entitlements: facts.own_entitlements,
      metadata: facts.metadata,
    },
    checks: CHECKS,
    usage: { activations: { used: facts.places, allowed: facts.allowed_activations } },
    nonce: asked.nonce,
    issuedAt: now,
  }
}
