import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { Sql } from 'postgres'
import { open } from '#lib/core/crypto/seal.ts'
import type { Row } from './statements.ts'

const signOffLoop = promisify(sign)
const keys = new Map<string, KeyObject>()

/** The very keys that Latchkey signs with, opened once like there. */
async function keyOf(sql: Sql, accountId: string, kid: string): Promise<KeyObject> {
  let key = keys.get(kid)
  if (!key) {
    const [row] =
      await sql`select sealed_private_pem from signing_keys where account_id = ${accountId} and id = ${kid}`
    key = createPrivateKey(open('signing-key', row?.sealed_private_pem, kid))
    keys.set(kid, key)
  }
  return key
}

/** A JWT signed with the product's key (RS256). */
export async function signToken(
  sql: Sql,
  accountId: string,
  facts: Row,
): Promise<{ activationToken: string }> {
  const kid = String(facts.kid)
  const key = await keyOf(sql, accountId, kid)
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid })}.${part(claims(facts))}`
  const signature = await signOffLoop('sha256', Buffer.from(text), key)
  return { activationToken: `${text}.${signature.toString('base64url')}` }
}

/** An answer's signature with the account's key (Ed25519). */
export async function signAnswer(sql: Sql, accountId: string, kid: string, text: string): Promise<string> {
  const signature = sign(null, Buffer.from(text), await keyOf(sql, accountId, kid))
  return signature.toString('base64')
}

/** As many and as long as Latchkey's. */
function claims(facts: Row) {
  const now = Math.floor(Date.now() / 1000)
  return {
    iat: now,
    aid: facts.activation_id,
    lid: facts.id,
    pid: facts.product_id,
    key: facts.key,
    type: facts.type,
    suspended: facts.suspended_manual_at !== null,
    name: `${facts.first_name} ${facts.last_name}`,
    email: facts.owner_email,
    company: facts.company,
    fp: facts.fingerprint,
    fms: facts.fingerprint_matching_strategy,
    uh: '',
    os: 'linux',
    eat: 0,
    leat: 0,
    ld: 0,
    ls: facts.leasing_strategy,
    ssi: facts.server_sync_interval,
    ssgpeat: now + Number(facts.server_sync_grace_period),
    aco: facts.allowed_clock_offset,
    orv: 0,
    fc: facts.allowed_floating_clients,
    pmd: facts.product_metadata,
    lmd: facts.metadata,
    umd: facts.user_metadata,
    amd: [],
    lma: [],
    ama: [],
    lcat: now,
    laat: now,
    acat: now,
    meat: 0,
    marv: '',
    crv: '',
    aa: facts.allowed_activations,
    ta: facts.devices_in_use,
    ad: facts.allowed_deactivations,
    td: facts.total_deactivations,
  }
}
