import { join } from 'node:path'
import { v8Flags } from '#server/tuning/start-flags.mjs'
import { SECRET_KEY } from '../data/secret.ts'
import { type RunningServer, root, type Surroundings, startServer } from './server.ts'

/** Connections to the database that each server may open. */
const CONNECTIONS = 10

/** Latchkey as it runs in production, without the burst limit (design §8: off for benchmarks only). */
export function startLatchkey(
  databaseUrl: string,
  surroundings: Surroundings,
  more: Record<string, string> = {},
): Promise<RunningServer> {
  return startServer({
    name: 'latchkey',
    args: [...v8Flags(more), join(root, 'server', 'main.ts')],
    env: { ...environment(databaseUrl), ...more },
    surroundings,
  })
}

/** The same route files behind Next's own server. */
export function startNext(databaseUrl: string, surroundings: Surroundings): Promise<RunningServer> {
  return startServer({
    name: 'next start',
    args: [join(root, 'node_modules', 'next', 'dist', 'bin', 'next'), 'start', '--hostname', '127.0.0.1'],
    env: { ...environment(databaseUrl), NEXTAUTH_SECRET: SECRET_KEY, LATCHKEY_FORWARD_KEY: SECRET_KEY },
    surroundings,
  })
}

/** The bare peer: `node:http`, postgres.js, the same statements and signatures, and nothing else. */
export function startBare(databaseUrl: string, surroundings: Surroundings): Promise<RunningServer> {
  return startServer({
    name: 'bare',
    args: [join(root, 'bench', 'bare', 'server.ts')],
    env: { ...environment(databaseUrl), BENCH_CONNECTIONS: String(CONNECTIONS) },
    surroundings,
  })
}

function environment(databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    SECRET_KEY,
    BILLING_MODE: 'off',
    HOST: '127.0.0.1',
    API_RATE_LIMIT: '0',
    WORKER: 'off',
    LOG_LEVEL: 'error',
    LATCHKEY_API_ORIGIN: 'http://127.0.0.1:9',
    NEXT_TELEMETRY_DISABLED: '1',
  }
}
