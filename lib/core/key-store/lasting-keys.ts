import { createSecretKey, randomBytes } from 'node:crypto'
import { asc, sql } from 'drizzle-orm'
import { databaseUrl, type Executor } from '#db/client.ts'
import { lastingKeys as table } from '#db/schema/key-store.ts'
import { clock } from '../clock.ts'
import { derivedKeys, mac, type Purpose } from '../crypto/keyring.ts'
import { open, seal } from '../crypto/seal.ts'
import { newId } from '../ids.ts'
import { processSlot } from '../process-slot.ts'
import { aloneOnKeys } from './alone-on-keys.ts'
import { compareSecretKey } from './canary.ts'
import { type LastingKey, markChains } from './mark-chains.ts'

/**
 * Purposes of lasting keys, each with the derived key that older installations used for it. Those are adopted, one per entry of
 * SECRET_KEY, so that every existing hash can still be found.
 */
const ADOPTED = {
  /** Addresses that may not register again. */
  ban: 'ban',
  /** Requests that created a license, to recognize a repetition. */
  'license-creation': 'license-key-look-up',
  /** Requests with an Idempotency-Key, and the visitor who sent them. */
  'idempotent-request': 'idempotent-answer',
  /** Counters of throttles, and known places of sign-in. */
  'identifier-throttle': 'identifier-throttle',
  /** Simulated payments: what the emulator seals. */
  emulator: 'emulator',
  /** Links of the audit trail, which had no key before. */
  'audit-chain': null,
} as const satisfies Record<string, Purpose | null>

export type LastingPurpose = keyof typeof ADOPTED

/** The first makes new hashes. */
type Keys = Map<string, [LastingKey, ...LastingKey[]]>

/** Opened once per process and database. */
const slot = processSlot<{ url: string; keys: Promise<Keys> }>('lasting-keys')

/**
 * Compares SECRET_KEY with the database and opens the keys that outlive it, making those that are missing. Every start and
 * command calls it before anything else reads or writes; several may at once.
 * @throws {EnvError} naming SECRET_KEY, when it is not this database's
 */
export async function openKeyStore(): Promise<void> {
  slot.set(undefined)
  await lastingKeyring()
}

/** Makes the next use read the keys anew, because somebody may have replaced the database. */
export function forgetKeys(): void {
  slot.set(undefined)
}

/** Hash (HMAC, hex) of a value that is not stored. It can be found whatever SECRET_KEY becomes. */
export async function lastingHash(purpose: LastingPurpose, value: string): Promise<string> {
  const [{ secret }] = await lastingKeys(purpose)
  return mac(secret, value)
}

/** Every hash it may be stored as: under the newest key first, then under older ones. */
export async function lastingHashes(purpose: LastingPurpose, value: string): Promise<string[]> {
  return (await lastingKeys(purpose)).map(({ secret }) => mac(secret, value))
}

/** The keys themselves, the one to write with first. */
export async function lastingKeys(purpose: LastingPurpose): Promise<[LastingKey, ...LastingKey[]]> {
  const keys = (await lastingKeyring()).get(purpose)
  if (!keys) throw new Error(`there is no lasting key for ${purpose}`)
  return keys
}

/** Ids of the keys that this process works with, in order; undefined before it has opened them. */
export async function openedKeyIds(): Promise<string[] | undefined> {
  const known = slot.get()
  if (known?.url !== databaseUrl()) return undefined
  return [...(await known.keys).values()].flatMap((keys) => keys.map(({ id }) => id)).sort()
}

function lastingKeyring(): Promise<Keys> {
  const url = databaseUrl()
  const known = slot.get()
  if (known?.url === url) return known.keys
  const keys = aloneOnKeys(async (tx) => {
    await compareSecretKey(tx)
    await makeMissing(tx)
    return read(tx)
  })
  slot.set({ url, keys })
  keys.catch(() => slot.set(undefined))
  return keys
}

async function makeMissing(tx: Executor): Promise<void> {
  const known = new Set(
    (await tx.select({ purpose: table.purpose }).from(table)).map(({ purpose }) => purpose),
  )
  const [used] = await tx.execute<{ isUsed: boolean }>(sql`select exists (select from accounts) as "isUsed"`)
  const rows = Object.entries(ADOPTED)
    .filter(([purpose]) => !known.has(purpose))
    .flatMap(([purpose, adopted]) => {
      const keys = used?.isUsed && adopted ? derivedKeys(adopted).map(({ key }) => key) : [randomBytes(32)]
      return keys.map((key, position) => rowFor(purpose, key, position))
    })
  if (rows.length === 0) return
  await tx.insert(table).values(rows)
  const [chainKey] = known.has('audit-chain') ? [] : ((await read(tx)).get('audit-chain') ?? [])
  if (chainKey) await markChains(tx, chainKey)
}

function rowFor(purpose: string, key: Buffer, position: number): typeof table.$inferInsert {
  const id = newId()
  const sealedKey = seal('lasting-key', key.toString('base64url'), id)
  return { id, purpose, position, sealedKey, createdAt: clock.now() }
}

async function read(tx: Executor): Promise<Keys> {
  const keys: Keys = new Map()
  for (const { id, purpose, sealedKey } of await tx.select().from(table).orderBy(asc(table.position))) {
    const key = { id, secret: createSecretKey(Buffer.from(open('lasting-key', sealedKey, id), 'base64url')) }
    const others = keys.get(purpose)
    if (others) others.push(key)
    else keys.set(purpose, [key])
  }
  return keys
}
