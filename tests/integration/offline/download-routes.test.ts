import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { makeLicenseOf } from '#tests/factories/licensed.ts'
import { contextFor, visitorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { callNextRoute } from '#tests/helpers/next-route.ts'
import {
  activateOnline,
  eventsOf,
  makeOfflineWorld,
  type OfflineWorld,
} from '#tests/helpers/offline-world.ts'
import { configureSessions, signInCustomer } from '#tests/helpers/sign-in-customer.ts'

let world: OfflineWorld
let cookie: string
let activationId: string

setUpTestDatabase()
beforeAll(async () => {
  configureSessions()
  world = await makeOfflineWorld()
  const visitor = contextFor(visitorActor, { accountId: world.accountId })
  ;({ cookie } = await signInCustomer(visitor, world.owner.id))
  ;({ activationId } = await activateOnline(world))
})

const OWN = { origin: 'http://portal.test', 'sec-fetch-site': 'same-origin' }
const licenseFile = (headers: Record<string, string>, id = world.license.id) =>
  callNextRoute(
    () => import('#app/me/licenses/[id]/license-file/route.ts'),
    `/me/licenses/${id}/license-file`,
    { method: 'POST', headers },
    { id },
  )
const machineFile = (headers: Record<string, string>, device: string) =>
  callNextRoute(
    () => import('#app/me/licenses/[id]/machine-file/route.ts'),
    `/me/licenses/${world.license.id}/machine-file`,
    { method: 'POST', headers, body: new URLSearchParams({ activationId: device }) },
    { id: world.license.id },
  )

test('the button of the page sends the license file to be saved, kept by nobody on the way', async () => {
  const answer = await licenseFile({ cookie, ...OWN })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="license.lic"')
  expect(answer.headers.get('cache-control')).toBe('private, no-store')
  expect(await answer.text()).toMatch(/^-----BEGIN LICENSE FILE-----\n[\s\S]+-----END LICENSE FILE-----\n$/)
})

test('and the machine file of a device', async () => {
  const answer = await machineFile({ cookie, ...OWN }, activationId)
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="machine.lic"')
  expect(await answer.text()).toMatch(/^-----BEGIN MACHINE FILE-----\n/)
})

test('a device that is gone leads back to the page, which says so', async () => {
  const answer = await machineFile({ cookie, ...OWN }, world.license.id)
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe(
    `/me/licenses/${world.license.id}/offline?refused=ACTIVATION_NOT_FOUND`,
  )
})

test('another site cannot have one made, nobody signed in is sent to sign in, and a stranger’s license is not found', async () => {
  const before = await eventsOf(world.accountId, 'license.file-issued')
  expect((await licenseFile({ cookie, origin: 'https://evil.example' })).status).toBe(403)
  expect((await licenseFile({ cookie })).status).toBe(403)
  const visitor = await licenseFile(OWN)
  expect(visitor.headers.get('location')).toMatch(/^\/login\?returnTo=/)
  const foreign = await makeLicenseOf(world.accountId, world.product)
  expect((await licenseFile({ cookie, ...OWN }, foreign.id)).status).toBe(404)
  expect((await licenseFile({ cookie, ...OWN }, 'no-id')).status).toBe(404)
  expect(await eventsOf(world.accountId, 'license.file-issued')).toEqual(before)
})

test('a revoked license leads back to the page, which says so', async () => {
  await db().update(licenses).set({ revokedManualAt: new Date() }).where(eq(licenses.id, world.license.id))
  const answer = await licenseFile({ cookie, ...OWN })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toContain('refused=REVOKED_LICENSE')
})
