import { db, type Executor, leaveReplica, replicaDb } from './client.ts'

/** A replica that answers later than this (milliseconds) counts as away. */
const PATIENCE_MS = 10_000

/**
 * Runs a read that may be a little old on the read replica, if there is one; whatever the replica cannot answer is read from
 * the primary. A verb passes its `ctx.db`: within a transaction everything is read there.
 */
export async function fromReplica<T>(primary: Executor, read: (db: Executor) => Promise<T>): Promise<T> {
  const replica = primary === db() ? replicaDb() : primary
  if (replica === primary) return read(primary)
  try {
    return await inTime(read(replica))
  } catch (error) {
    // Gone, behind on a migration, or a conflict with recovery: a read can always be repeated.
    leaveReplica(error)
    return read(primary)
  }
}

async function inTime<T>(reading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS)
  })
  try {
    return await Promise.race([reading, late])
  } finally {
    clearTimeout(timer)
  }
}
