import { createHash } from 'node:crypto'
import type { Sql } from 'postgres'
import { keyLookUp } from '#lib/licenses/license-key.ts'
import { signAnswer } from './sign.ts'
import { factColumns, factJoins, type Row, seatsTaken } from './statements.ts'

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
export async function validate(sql: Sql, accountId: string, host: string, asked: Row): Promise<SignedAnswer> {
  const now = new Date().toISOString()
  const [facts] = await sql<Row[]>`
    select ${factColumns(sql)}, ${seatsTaken(sql, now)},
      exists (select 1 from activations known where known.account_id = l.account_id and known.license_id = l.id) as has_devices,
      (select coalesce(jsonb_agg(jsonb_build_object('id', own.id, 'userHash', own.user_hash,
          'leaseExpiresAt', own.lease_expires_at) order by own.lease_expires_at desc nulls first), '[]')
        from activations own
        where own.account_id = l.account_id and own.license_id = l.id and own.fingerprint = ${String(asked.fingerprint)}) as devices
    from licenses l ${factJoins(sql)}
    where l.account_id = ${accountId} and l.key_hash = ${keyLookUp(String(asked.key))}`
  if (!facts) throw new Error('there is no such license')
  const [key] = await sql<{ id: string }[]>`
    select id, sealed_private_pem from signing_keys
    where account_id = ${accountId} and product_id is null and algorithm = ${'Ed25519'} and retired_at is null
    order by created_at desc, id desc limit 1`
  const text = JSON.stringify(answerFor(facts, asked, now))
  const digest = `sha-256=${createHash('sha256').update(text).digest('base64')}`
  const date = new Date(now).toUTCString()
  const kid = key?.id ?? ''
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
    usage: { activations: { used: facts.devices_in_use, allowed: facts.allowed_activations } },
    nonce: asked.nonce,
    issuedAt: now,
  }
}
