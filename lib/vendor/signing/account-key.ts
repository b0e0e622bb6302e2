import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { db, type Executor } from '#db/client.ts'
import { coalesce } from '#db/coalesce.ts'
import { preparedText } from '#db/prepared.ts'
import { accounts } from '#db/schema/accounts.ts'
import { signingKeys } from '#db/schema/products.ts'
import { open, seal } from '#lib/core/crypto/seal.ts'
import { newId } from '#lib/core/ids.ts'

export interface AccountSigningKey {
  /** Id of the key's row. It is given with everything that the key signs, and in the JWKS. */
  kid: string
  privateKey: KeyObject
}

/** Opened and parsed once per process: a key never changes under its id. */
const parsed = new Map<string, KeyObject>()

/** The account's newest key that is not retired (Ed25519). An account that has none yet gets one: the same for everybody. */
export async function accountSigningKey(executor: Executor, accountId: string): Promise<AccountSigningKey> {
  const known = executor === db() ? kidOf(accountId) : newestKid(executor, { accountId })
  const kid = (await known) ?? (await firstKey(executor, accountId))
  let privateKey = parsed.get(kid)
  if (!privateKey) {
    privateKey = createPrivateKey(open('signing-key', await sealedKey(executor, accountId, kid), kid))
    parsed.set(kid, privateKey)
  }
  return { kid, privateKey }
}

/** Makes a new pair and stores it as the account's newest, which signs from now on. Gives its id. */
export async function storeAccountKey(
  executor: Executor,
  { accountId, at }: { accountId: string; at: Date },
): Promise<string> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const kid = newId()
  await executor.insert(signingKeys).values({
    accountId,
    id: kid,
    productId: null,
    algorithm: 'Ed25519',
    publicPem: publicKey,
    sealedPrivatePem: seal('signing-key', privateKey, kid),
    createdAt: at,
  })
  return kid
}

/** Serializes whoever makes or rotates the account's keys, until the open transaction ends. */
export async function lockAccountKeys(executor: Executor, accountId: string): Promise<void> {
  await executor.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`signing-keys:${accountId}`}, 0))`,
  )
}

const newestKid = preparedText((executor) =>
  executor
    .select({ kid: signingKeys.id })
    .from(signingKeys)
    .where(
      and(
        eq(signingKeys.accountId, sql.placeholder('accountId')),
        isNull(signingKeys.productId),
        eq(signingKeys.algorithm, 'Ed25519'),
        isNull(signingKeys.retiredAt),
      ),
    )
    .orderBy(desc(signingKeys.createdAt), desc(signingKeys.id))
    .limit(1)
    .prepare('newest_account_key'),
)

/** Every signed answer asks for it. */
const kidOf = coalesce((accountId) => newestKid(db(), { accountId }))

async function sealedKey(executor: Executor, accountId: string, kid: string): Promise<string> {
  const [row] = await executor
    .select({ sealed: signingKeys.sealedPrivatePem })
    .from(signingKeys)
    .where(and(eq(signingKeys.accountId, accountId), eq(signingKeys.id, kid)))
  if (!row) throw new Error('a signing key vanished')
  return row.sealed
}

/**
 * For accounts older than these keys. Its creation time is the account's, so that it never counts as newer than a rotated one.
 */
async function firstKey(executor: Executor, accountId: string): Promise<string> {
  return executor.transaction(async (tx) => {
    await lockAccountKeys(tx, accountId)
    const known = await newestKid(tx, { accountId })
    if (known) return known
    const [account] = await tx
      .select({ at: accounts.createdAt })
      .from(accounts)
      .where(eq(accounts.id, accountId))
    if (!account) throw new Error('an account that does not exist has no signing key')
    return storeAccountKey(tx, { accountId, at: account.at })
  })
}
