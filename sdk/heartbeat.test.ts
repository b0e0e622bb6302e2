import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Portal, startPortal } from '#tests/helpers/portal.ts'
import type { LatchkeyError } from './errors.ts'
import type { LicenseState } from './license-state.ts'
import { memoryStore } from './store.ts'

const LEASE = 60
const FLOATING = { type: 'hosted-floating', allowedFloatingClients: 3, leaseDuration: LEASE }

let portal: Portal
let license: object
let now: number
/** The timer that is set now, fired by hand. */
let timer: { run: () => void; milliseconds: number } | null
let heard: (LicenseState | LatchkeyError)[]
let next: () => void

beforeAll(async () => {
  portal = await startPortal()
})
afterAll(() => portal.close())
beforeEach(() => {
  license = FLOATING
  portal.requests.length = 0
  timer = null
  heard = []
})

const schedule = (run: () => void, milliseconds: number) => {
  timer = { run, milliseconds }
  next()
  return () => {
    timer = null
  }
}

async function start() {
  now = portal.now()
  const latchkey = portal.computer({ store: memoryStore(), now: () => new Date(now * 1000) })
  const { license: signed } = await latchkey.activate((await portal.license(license)).key)
  // The computer's clock stands still between two beats, at the moment that the server signed last.
  now = (signed?.issuedAt.getTime() ?? 0) / 1000
  const waiting = scheduled()
  const heartbeat = latchkey.heartbeat({
    schedule,
    onState: (state) => heard.push(state),
    onError: (error) => heard.push(error),
  })
  await waiting
  return { latchkey, heartbeat }
}

/** Resolves when the next timer is set. */
function scheduled(): Promise<void> {
  return new Promise((resolve) => {
    next = resolve
  })
}

/** Lets the timer's time pass and fires it; resolves when the one after it is set. */
async function pass() {
  const due = timer
  if (!due) throw new Error('no timer is set')
  now += Math.ceil(due.milliseconds / 1000)
  portal.setTime(now)
  const waiting = scheduled()
  due.run()
  await waiting
}

const refuse = (status: number, code: string) => ({ status, body: { message: code, code } })
const syncs = () => portal.requests.filter(({ method }) => method === 'PATCH').length

describe('the heartbeat of a lease', () => {
  it('renews it at half its time, again and again, so that it never ends', async () => {
    const { heartbeat, latchkey } = await start()
    expect(timer?.milliseconds).toBe((LEASE / 2) * 1000)
    for (let beat = 1; beat <= 5; beat += 1) {
      await pass()
      expect(syncs()).toBe(beat)
      expect((await latchkey.state()).status).toBe('ACTIVE')
    }
    expect(heard).toHaveLength(5)
    await heartbeat.stop()
  })

  it('tries again, sooner the less is left, when the server is away', async () => {
    const { heartbeat } = await start()
    portal.staged.push(refuse(503, 'SERVICE_UNAVAILABLE'))
    await pass()
    expect(heard).toMatchObject([{ code: 'SERVICE_UNAVAILABLE' }])
    expect(timer?.milliseconds).toBe((LEASE / 2 / 4) * 1000)
    await pass()
    expect(heard[1]).toMatchObject({ status: 'ACTIVE' })
    await heartbeat.stop()
  })

  it('waits as long as the server asks', async () => {
    const { heartbeat } = await start()
    portal.staged.push({ ...refuse(429, 'RATE_LIMITED'), headers: { 'retry-after': '45' } })
    await pass()
    expect(timer?.milliseconds).toBe(45_000)
    await heartbeat.stop()
  })

  it('stops cleanly: no timer is left, and nothing is sent any more', async () => {
    const { heartbeat } = await start()
    const last = timer
    await heartbeat.stop()
    expect(timer).toBeNull()
    last?.run()
    await heartbeat.stop()
    expect(syncs()).toBe(0)
  })
})

describe('a heartbeat without a lease', () => {
  it('follows the synchronizing that the license asks for', async () => {
    license = { serverSyncInterval: 7_200 }
    const { heartbeat } = await start()
    expect(timer?.milliseconds).toBe(7_200_000)
    await heartbeat.stop()
  })
})
