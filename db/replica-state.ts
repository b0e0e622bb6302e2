import postgres from 'postgres'
import { sqlClient } from './client.ts'

export interface ReplicaState {
  /** False when it is a server of its own, which never follows. */
  standby: boolean
  /** Whether both hold the same installation. */
  sameDatabase: boolean
  /** Bytes that it has not replayed yet. */
  behindBytes: number
  /** The age of the last change it replayed, seconds; null when there was none yet, 0 when nothing is outstanding. */
  behindSeconds: number | null
}

const CONNECT_SECONDS = 3

/**
 * Asks the read replica how it stands to the primary.
 * @throws when it cannot be reached
 */
export async function readReplicaState(url: string): Promise<ReplicaState> {
  const replica = postgres(url, {
    max: 1,
    connect_timeout: CONNECT_SECONDS,
    fetch_types: false,
    onnotice: () => undefined,
  })
  try {
    const primary = sqlClient()
    const [identity, copy] = await Promise.all([identityOf(primary), identityOf(replica)])
    const [here] = await primary<{ position: string }[]>`select pg_current_wal_lsn()::text as position`
    const [there] = await replica<{ standby: boolean; behind: string | null; age: number | null }[]>`
      select pg_is_in_recovery() as standby,
        pg_wal_lsn_diff(${here?.position ?? null}::text::pg_lsn, pg_last_wal_replay_lsn())::text as behind,
        extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8 as age`
    const behindBytes = Math.max(0, Number(there?.behind ?? 0))
    return {
      standby: there?.standby ?? false,
      sameDatabase: isSame(identity, copy),
      behindBytes,
      // If the primary writes nothing, the age of its last change is no lag.
      behindSeconds: behindBytes === 0 ? 0 : (there?.age ?? null),
    }
  } finally {
    await replica.end({ timeout: 1 })
  }
}

interface Identity {
  /** The cluster's own number; undefined where we may not ask for it. */
  system: string | undefined
  /** A value that only this installation's data holds. */
  data: string
}

async function identityOf(sql: postgres.Sql): Promise<Identity> {
  const [asked] = await sql<{ allowed: boolean }[]>`
    select has_function_privilege('pg_control_system()', 'execute') as allowed`
  const [system] = asked?.allowed
    ? await sql<{ id: string }[]>`select system_identifier::text as id from pg_control_system()`
    : []
  const [data] = await sql<{ id: string }[]>`
    select current_database() || coalesce((select id::text from accounts order by created_at, id limit 1), '') as id`
  return { system: system?.id, data: data?.id ?? '' }
}

function isSame(one: Identity, other: Identity): boolean {
  const oneCluster = !one.system || !other.system || one.system === other.system
  return oneCluster && one.data === other.data
}
