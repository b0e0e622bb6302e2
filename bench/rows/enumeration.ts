import type { Measurement } from '../bench.ts'
import { median, type Row, round } from '../row.ts'
import type { RunningServer } from '../servers/server.ts'
import { startLatchkey } from '../servers/start.ts'

interface Door {
  what: string
  path: string
  status: number
  body(email: string): Record<string, string>
}

/** Doors that must not tell who has an account, neither in words nor by the time they take. */
const DOORS: Door[] = [
  {
    what: 'signing in with a wrong password',
    path: '/v3/accounts/login',
    status: 400,
    body: (email) => ({ accountAlias: 'main', email, password: 'not the password of anybody' }),
  },
  {
    what: 'asking for a new password',
    path: '/v3/accounts/reset-password-request',
    status: 204,
    body: (email) => ({ accountAlias: 'main', email }),
  },
]

/** Medians for users who exist and for users who do not, asked in turn. Reported, not judged. */
export const enumeration: Measurement = {
  name: 'known and unknown users',
  async run({ database, surroundings, options }): Promise<Row[]> {
    // Every attempt from an address of its own: these throttles cannot be switched off.
    const server = await startLatchkey(database.url, surroundings, { TRUST_PROXY: '1' })
    try {
      const rows: Row[] = []
      const attempts = options.quick ? 20 : 100
      for (const [number, door] of DOORS.entries()) {
        const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] }
        for (let n = 0; n < attempts; n += 1) {
          const known = database.sample.emails[number * attempts + n] ?? ''
          times.known.push(await attempt(server, door, known))
          times.unknown.push(await attempt(server, door, `nobody-${n}@example.com`))
        }
        const [known, unknown] = [median(times.known), median(times.unknown)]
        rows.push({
          what: `${door.what}, known and unknown user`,
          against: '–',
          goal: '–',
          measured: `${round(known, 1)} and ${round(unknown, 1)} ms`,
          met: undefined,
          details: times,
        })
      }
      return rows
    } finally {
      await server.stop()
    }
  },
}

let callers = 0

async function attempt(server: RunningServer, door: Door, email: string): Promise<number> {
  callers += 1
  const from = `10.${callers >> 16}.${(callers >> 8) & 255}.${callers & 255}`
  const startedAt = performance.now()
  const answer = await fetch(`${server.origin}${door.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    body: JSON.stringify(door.body(email)),
  })
  await answer.text()
  const took = performance.now() - startedAt
  if (answer.status !== door.status) throw new Error(`${door.path} was answered with ${answer.status}`)
  return took
}
