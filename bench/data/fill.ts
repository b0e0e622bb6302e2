import { randomBytes } from 'node:crypto'
import { db, sqlClient } from '#db/client.ts'
import { users } from '#db/schema/users.ts'
import { createPersonalAccessToken } from '#lib/access/tokens/create-personal-access-token.ts'
import { createProduct } from '#lib/catalog/products/create-product.ts'
import { CreateProductInput } from '#lib/catalog/products/product-input.ts'
import { createTemplate } from '#lib/catalog/templates/create-template.ts'
import { CreateTemplateInput } from '#lib/catalog/templates/template-input.ts'
import { authorize } from '#lib/core/authorize.ts'
import { hashPassword } from '#lib/core/crypto/password.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { consoleContext } from '#lib/core/system-context.ts'
import { storedKey } from '#lib/licensing/licenses/license-key.ts'
import { createAccount } from '#lib/vendor/accounts/create-account.ts'
import { copyRows } from './copy-rows.ts'
import { SECRET_KEY } from './secret.ts'

/** What requests are made of. */
export interface Sample {
  accountId: string
  productId: string
  /** Personal access token that may read licenses. */
  token: string
  /** Licenses with a real key and one activation that is known. */
  licenses: SampleLicense[]
  /** Email addresses of users; all have the same password. */
  emails: string[]
}

export interface SampleLicense {
  id: string
  key: string
  activationId: string
  fingerprint: string
}

/** Licenses whose keys are made as Latchkey makes them; what is beyond only has to be there. */
const REAL_LICENSES = 100_000
/** Every which of them is asked for; those are in order, others have expired or are suspended. */
const SAMPLED = 5
const USERS = 2_000
export const PASSWORD = 'correct horse battery staple'

/** Fills an empty database: one vendor, one product, users, licenses, activations. */
export async function fill(size: { licenses: number; activations: number }): Promise<Sample> {
  overrideEnv({ SECRET_KEY, BILLING_MODE: 'off', DATABASE_URL: 'postgres://set-by-the-benchmark' })
  const at = new Date()
  const { id: accountId } = await createAccount(db(), { name: 'Benchmark', alias: 'main', at })
  const ctx = consoleContext(accountId)
  const template = await createTemplate(
    authorize(ctx, 'licenseTemplate:write'),
    CreateTemplateInput.parse({ name: 'Standard', allowedActivations: 5 }),
  )
  const product = await createProduct(
    authorize(ctx, 'product:write'),
    CreateProductInput.parse({ name: 'drawing-board', licenseTemplateId: template.id }),
  )
  const { accessToken } = await createPersonalAccessToken(authorize(ctx, 'personalAccessToken:write'), {
    name: 'benchmark',
    scopes: ['license:read', 'activation:read'],
  })
  const emails = await fillUsers(accountId, at)
  const keys = await copyRealKeys(Math.min(REAL_LICENSES, size.licenses))
  await fillLicenses({ accountId, productId: product.id, templateId: template.id, count: size.licenses })
  await fillActivations({ accountId, ...size })
  const known = await sqlClient()`
    select k.id, a.id as activation_id, a.fingerprint
    from real_keys k
    join activations a on a.account_id = ${accountId} and a.license_id = k.id and a.fingerprint = encode(sha256((k.id::text || 1)::bytea), 'hex')
    where k.nr % ${SAMPLED} = 1 order by k.nr`
  const licenses = known.map((row) => ({
    id: row.id,
    key: keys.get(row.id) ?? '',
    activationId: row.activation_id,
    fingerprint: row.fingerprint,
  }))
  await sqlClient()`drop table real_keys`
  await sqlClient()`vacuum analyze`
  return { accountId, productId: product.id, token: accessToken, licenses, emails }
}

async function fillUsers(accountId: string, at: Date): Promise<string[]> {
  const passwordHash = await hashPassword(PASSWORD)
  const times = { createdAt: at, updatedAt: at }
  const made = Array.from({ length: USERS }, (_, n) => ({ id: newId(), email: `user-${n}@example.com` }))
  await db()
    .insert(users)
    .values(
      made.map(({ id }, n) => ({
        accountId,
        id,
        firstName: 'Jane',
        lastName: `Doe ${n}`,
        company: `Company ${n % 97}`,
        passwordHash,
        ...times,
      })),
    )
  await copyRows(
    'user_identifiers',
    ['account_id', 'id', 'user_id', 'kind', 'value', 'canonical', 'created_at', 'updated_at'],
    made.map(({ id, email }) => [accountId, newId(), id, 'email', email, email, iso(at), iso(at)]),
  )
  await copyRows(
    'user_keys',
    ['account_id', 'user_id', 'sealed_key', 'created_at'],
    made.map(({ id }) => [
      accountId,
      id,
      seal('user-key', randomBytes(32).toString('base64url'), id),
      iso(at),
    ]),
  )
  return made.map(({ email }) => email)
}

/** Keys by license id, and beside it a table of them for the database. */
async function copyRealKeys(count: number): Promise<Map<string, string>> {
  await sqlClient()`
    create table real_keys (nr int primary key, id uuid not null, key_hash text not null, key_prefix text not null,
      key_canonical_hash text not null, key_tail text,
      sealed_key text not null)`
  const keys = new Map<string, string>()
  const rows = Array.from({ length: count }, (_, n) => {
    const id = newId()
    const key = randomBytes(16).toString('hex').toUpperCase().match(/.{8}/g)?.join('-') ?? ''
    keys.set(id, key)
    const { keyHash, keyPrefix, keyCanonicalHash, keyTail, sealedKey } = storedKey(key, id)
    return [String(n + 1), id, keyHash, keyPrefix, keyCanonicalHash, keyTail ?? '', sealedKey]
  })
  await copyRows(
    'real_keys',
    ['nr', 'id', 'key_hash', 'key_prefix', 'key_canonical_hash', 'key_tail', 'sealed_key'],
    rows,
  )
  return keys
}

interface Licenses {
  accountId: string
  productId: string
  templateId: string
  count: number
}

/** Spread over two years. Every second of the real ones takes any number of devices, the others five. */
async function fillLicenses({ accountId, productId, templateId, count }: Licenses): Promise<void> {
  const rules = await ruleColumns()
  await sqlClient().unsafe(
    `
    with owners as (select array_agg(id order by id) as ids from users where account_id = $1)
    insert into licenses (account_id, id, product_id, license_template_id, user_id, sealed_key, key_hash, key_prefix, key_canonical_hash, key_tail,
      expires_at, suspended_manual_at, first_activated_at, tags, created_at, updated_at, allowed_activations, ${rules})
    select $1, coalesce(k.id, uuidv7(-age.back)), $2, $3,
      case when n % 10 < 8 then owners.ids[1 + n % array_length(owners.ids, 1)] end,
      coalesce(k.sealed_key, 'sealed'), coalesce(k.key_hash, encode(sha256(uuidv7()::text::bytea), 'hex')),
      coalesce(k.key_prefix, upper(substr(md5(n::text), 1, 6))),
      coalesce(k.key_canonical_hash, encode(sha256(uuidv7()::text::bytea), 'hex')),
      coalesce(k.key_tail, substr(md5(n::text), 7, 4)),
      case when n % ${SAMPLED} <> 1 and n % 3 > 0 then now() + (n % 700 - 200) * interval '1 day' end,
      case when n % ${SAMPLED} <> 1 and n % 50 = 0 then now() end, now() - age.back,
      case when n % 4 = 0 then array['vip'] else '{}'::text[] end, now() - age.back, now() - age.back,
      case when n % 2 = 0 then 0 else 5 end, ${rules}
    from generate_series(1, $4::int) n
    cross join lateral (select (($4::int - n) * (730.0 / $4::int)) * interval '1 day' as back) age
    cross join owners
    join license_templates t on t.account_id = $1 and t.id = $3
    left join real_keys k on k.nr = n`,
    [accountId, productId, templateId, count],
  )
}

/** The columns that a license inherits from its template, whatever they are today, but the one that is set apart. */
async function ruleColumns(): Promise<string> {
  const rows = await sqlClient()`
    select l.column_name as name from information_schema.columns l
    join information_schema.columns t on t.column_name = l.column_name and t.table_name = 'license_templates'
    where l.table_name = 'licenses' and l.column_name not in
      ('account_id', 'id', 'name', 'created_at', 'updated_at', 'tags', 'metadata', 'allowed_activations')`
  return rows.map(({ name }) => `"${name}"`).join(', ')
}

/** Evenly over the licenses. */
async function fillActivations(of: { accountId: string; licenses: number; activations: number }) {
  await sqlClient().unsafe(
    `
    insert into activations (account_id, id, license_id, product_id, fingerprint, os, os_version, hostname, app_version,
      client_version, last_synced_at, created_at, updated_at)
    select account_id, uuidv7(), id, product_id, encode(sha256((id::text || g)::bytea), 'hex'),
      (array['windows', 'linux', 'macos'])[1 + g % 3], '11', 'workstation', '4.2.0', '4.28.0',
      created_at, created_at, created_at
    from licenses cross join generate_series(1, $2::int) g
    where account_id = $1`,
    [of.accountId, Math.max(1, Math.round(of.activations / of.licenses))],
  )
}

function iso(date: Date): string {
  return date.toISOString()
}
