import { and, asc, eq, gt } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { eventLogHeads, eventLogs } from '#db/schema/audit.ts'
import { GENESIS, linkHash } from './chain.ts'

export type ChainState =
  | { intact: true; length: number }
  /** `seq` is the first link that does not fit: altered, missing, or one too many. */
  | { intact: false; seq: number; reason: string }

const BATCH = 1_000

/** Walks the account's whole chain, in one snapshot, and compares every link and the head with what they should be. */
export async function checkChain(db: Executor, accountId: string): Promise<ChainState> {
  return db.transaction((tx) => walk(tx, accountId), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  })
}

async function walk(db: Executor, accountId: string): Promise<ChainState> {
  let seq = 0
  let hash = GENESIS
  for (;;) {
    const links = await db
      .select()
      .from(eventLogs)
      .where(and(eq(eventLogs.accountId, accountId), gt(eventLogs.seq, seq)))
      .orderBy(asc(eventLogs.seq))
      .limit(BATCH)
    for (const { accountId: _account, hash: written, ...link } of links) {
      if (link.seq !== seq + 1) return { intact: false, seq: seq + 1, reason: 'a link is missing' }
      if (link.previousHash !== hash) {
        return { intact: false, seq: link.seq, reason: 'it does not point at the link before it' }
      }
      if (linkHash({ ...link, createdAt: link.createdAt.toISOString() }) !== written) {
        return { intact: false, seq: link.seq, reason: 'its content was altered' }
      }
      seq = link.seq
      hash = written
    }
    if (links.length < BATCH) break
  }
  const [head] = await db
    .select({ seq: eventLogHeads.seq, hash: eventLogHeads.hash })
    .from(eventLogHeads)
    .where(eq(eventLogHeads.accountId, accountId))
  if (head?.seq !== seq || head.hash !== hash) {
    return { intact: false, seq: seq + 1, reason: 'the newest links are missing' }
  }
  return { intact: true, length: seq }
}
