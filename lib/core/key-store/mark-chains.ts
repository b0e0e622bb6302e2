import type { KeyObject } from 'node:crypto'
import { eq, gt } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { eventLogHeads, eventLogs } from '#db/schema/audit.ts'
import { clock } from '../clock.ts'
import { type ChainLink, linkHash, MARK } from '../crypto/hash-chain.ts'
import { newId } from '../ids.ts'

/** A key that outlives SECRET_KEY. */
export interface LastingKey {
  id: string
  secret: KeyObject
}

/**
 * Ends the unkeyed part of every account's audit chain with a keyed link, in the transaction that makes the key. It happens
 * once: a chain without such a link was rewritten later.
 */
export async function markChains(tx: Executor, { id: keyId, secret }: LastingKey): Promise<void> {
  const heads = await tx.select().from(eventLogHeads).where(gt(eventLogHeads.seq, 0)).for('update')
  for (const { accountId, seq, hash: previousHash } of heads) {
    const at = clock.now()
    const entry = {
      seq: seq + 1,
      id: newId(),
      event: MARK,
      resource: 'audit',
      resourceId: accountId,
      userId: null,
      actor: 'system:start',
      onBehalfOf: null,
      ip: null,
      requestId: newId(),
      changes: {},
      previousHash,
    } satisfies Omit<ChainLink, 'createdAt'>
    const hash = linkHash({ ...entry, createdAt: at.toISOString() }, { accountId, keyId, secret })
    await tx.insert(eventLogs).values({ ...entry, accountId, createdAt: at, hash, keyId })
    await tx.update(eventLogHeads).set({ seq: entry.seq, hash }).where(eq(eventLogHeads.accountId, accountId))
  }
}
