import { and, asc, eq, gt } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { eventLogHeads, eventLogs } from '#db/schema/audit.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { type ChainLink, GENESIS, linkHash, MARK, unkeyedHash } from '#lib/core/crypto/hash-chain.ts'
import { lastingKeys } from '#lib/core/key-store/lasting-keys.ts'
import type { LastingKey } from '#lib/core/key-store/mark-chains.ts'

export type ChainState =
  | { intact: true; length: number; head: string }
  /** `seq` is the first link that does not fit: altered, missing, or one too many. */
  | { intact: false; seq: number; reason: string }

/** A link that was told outside the database earlier. */
export interface ToldLink {
  seq: number
  hash: string
}

const BATCH = 1_000

/**
 * Walks the account's whole chain, in one snapshot, and compares every link and the head with what they should be, and with a
 * link that was told outside earlier. Without that link, nobody notices that the newest links were cut off together with the
 * head.
 */
export async function checkChain(db: Executor, accountId: string, told?: ToldLink): Promise<ChainState> {
  const keys = new Map((await lastingKeys('audit-chain')).map((key) => [key.id, key]))
  return db.transaction((tx) => walk(tx, accountId, keys, told), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  })
}

async function walk(
  db: Executor,
  accountId: string,
  keys: ReadonlyMap<string, LastingKey>,
  told: ToldLink | undefined,
): Promise<ChainState> {
  let seq = 0
  let hash = GENESIS
  let isKeyed = false
  for (;;) {
    const links = await db
      .select()
      .from(eventLogs)
      .where(and(eq(eventLogs.accountId, accountId), gt(eventLogs.seq, seq)))
      .orderBy(asc(eventLogs.seq))
      .limit(BATCH)
    for (const { accountId: _account, hash: written, keyId, ...row } of links) {
      const broken = (reason: string): ChainState => ({ intact: false, seq: row.seq, reason })
      if (row.seq !== seq + 1) return { intact: false, seq: seq + 1, reason: 'a link is missing' }
      if (row.previousHash !== hash) return broken('it does not point at the link before it')
      const link: ChainLink = { ...row, createdAt: row.createdAt.toISOString() }
      if (keyId === null) {
        if (isKeyed) return broken('it has no key although the one before it has')
        if (unkeyedHash(link) !== written) return broken('its content was altered')
      } else {
        const key = keys.get(keyId)
        if (!key) return broken('the key it was made with is not there')
        if (linkHash(link, { accountId, keyId, secret: key.secret }) !== written)
          return broken('its content was altered')
        if (!isKeyed && seq > 0 && row.event !== MARK) return broken('the mark before it is missing')
        isKeyed = true
      }
      if (row.seq === told?.seq && written !== told.hash) return broken('it is not the one that was told')
      seq = row.seq
      hash = written
    }
    if (links.length < BATCH) break
  }
  const [head] = await db
    .select({ seq: eventLogHeads.seq, hash: eventLogHeads.hash })
    .from(eventLogHeads)
    .where(eq(eventLogHeads.accountId, accountId))
  // Every chain with links was keyed when the key was made.
  const isCut = head?.seq !== seq || head.hash !== hash || (seq > 0 && !isKeyed) || (told && told.seq > seq)
  if (isCut) return { intact: false, seq: seq + 1, reason: 'the newest links are missing' }
  return { intact: true, length: seq, head: `${seq}:${hash}` }
}

/** Whether the account's audit trail is as it was written: nothing altered, removed or added beside it. */
export async function verifyChain(ctx: Authorized<'eventLog:read'>): Promise<ChainState> {
  return checkChain(ctx.db, ctx.accountId)
}
