import { readReplicaState } from '#db/replica-state.ts'
import { env } from '#lib/core/env.ts'
import { describeError } from '#lib/core/logging/describe-error.ts'
import type { Finding } from './finding.ts'

/** A standby that is further behind than this (seconds) does not follow any more. */
const LAG_MAX_SECONDS = 60

/** The read replica answers, is a standby of this very database, and follows it. */
export async function checkReplica(): Promise<Finding> {
  const name = 'the read replica follows (DATABASE_REPLICA_URL)'
  const { DATABASE_REPLICA_URL } = env()
  if (!DATABASE_REPLICA_URL)
    return { name, ok: true, detail: 'not set: everything is read from DATABASE_URL' }
  try {
    const state = await readReplicaState(DATABASE_REPLICA_URL)
    if (!state.sameDatabase) return { name, ok: false, detail: 'it holds another database than DATABASE_URL' }
    if (!state.standby)
      return { name, ok: false, detail: 'it is no standby: what is written to DATABASE_URL never gets there' }
    const { behindBytes, behindSeconds } = state
    const lag = behindSeconds === null ? 'nothing replayed yet' : `${behindSeconds.toFixed(1)} s`
    const detail = `${lag} behind, ${behindBytes} bytes outstanding`
    return { name, ok: behindSeconds !== null && behindSeconds <= LAG_MAX_SECONDS, detail }
  } catch (error) {
    const { message, code } = describeError(error)
    return { name, ok: false, detail: message || code || 'no answer' }
  }
}
