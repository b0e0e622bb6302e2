import { sign } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { accountSigningKey } from '#lib/vendor/signing/account-key.ts'
import { keepPublished } from '#lib/vendor/signing/keep-published.ts'

/** Validity of the list, milliseconds. */
const GOOD_FOR_MS = 30 * 86_400_000

/** Bytes kept of each license id's SHA-256. */
const PREFIX_BYTES = 8

/** A signed list in the flattened JSON form of JWS (RFC 7515); `payload` holds a `Revocations`. */
export const RevocationListDto = z
  .object({ payload: z.string(), protected: z.string(), signature: z.string() })
  .meta({ id: 'RevocationList' })
export type RevocationListDto = z.infer<typeof RevocationListDto>

/** The content of the list. */
export interface Revocations {
  /** The account. */
  iss: string
  /** Grows with every issue: a reader never goes back. */
  version: number
  issued: string
  expiry: string
  /** The first 16 hexadecimal characters of the SHA-256 of each license id, sorted. */
  revoked: string[]
}

/** Every license of the account that was revoked or deleted, signed: for applications without a connection. */
export async function revocationList(ctx: Authorized<'public'>): Promise<RevocationListDto> {
  const at = ctx.clock.now()
  const expiresAt = new Date(at.getTime() + GOOD_FOR_MS)
  const { kid, privateKey } = await accountSigningKey(ctx.db, ctx.accountId)
  await keepPublished(ctx.db, { accountId: ctx.accountId, kid }, expiresAt)
  const list: Revocations = {
    iss: ctx.accountId,
    version: at.getTime(),
    issued: at.toISOString(),
    expiry: expiresAt.toISOString(),
    revoked: await revokedPrefixes(ctx),
  }
  const payload = base64url(list)
  const header = base64url({ alg: 'EdDSA', kid, typ: 'revocations+json' })
  const signature = sign(null, Buffer.from(`${header}.${payload}`), privateKey).toString('base64url')
  return { payload, protected: header, signature }
}

/** Hashed and sorted by the database, so that a long list does not block the event loop. */
async function revokedPrefixes(ctx: Ctx): Promise<string[]> {
  const rows = await ctx.db.execute<{ prefix: string }>(sql`
    select encode(digest, 'hex') as prefix
    from (
      select substring(sha256(convert_to(id::text, 'UTF8')) from 1 for ${PREFIX_BYTES}::int) as digest
      from (
        select id from licenses
        where account_id = ${ctx.accountId}
          and (revoked_manual_at is not null or revoked_billing_at is not null)
        union
        select id from deleted_licenses where account_id = ${ctx.accountId}
      ) as revoked
    ) as digests
    order by digest`)
  return rows.map(({ prefix }) => prefix)
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
