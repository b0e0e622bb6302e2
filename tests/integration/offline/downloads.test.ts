import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { mails } from '#db/schema/mail.ts'
import { authorize } from '#lib/core/authorize.ts'
import { createMyLicenseFile } from '#lib/licensing/offline/create-my-license-file.ts'
import { createMyMachineFile } from '#lib/licensing/offline/create-my-machine-file.ts'
import { offlineActivateMine } from '#lib/licensing/offline/offline-activate-mine.ts'
import { offlineDeactivateMine } from '#lib/licensing/offline/offline-deactivate-mine.ts'
import { createLatchkey } from '#sdk/client.ts'
import { memoryStore } from '#sdk/store.ts'
import { makeCustomer } from '#tests/factories/licensed.ts'
import { contextFor, customerActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import {
  activateOnline,
  devicesOf,
  eventsOf,
  FINGERPRINT,
  makeOfflineWorld,
  type OfflineWorld,
  publicKeysOf,
} from '#tests/helpers/offline-world.ts'

const DAY = 86_400

let world: OfflineWorld

setUpTestDatabase()
beforeEach(async () => {
  world = await makeOfflineWorld()
})

const signedIn = (userId = world.owner.id) =>
  authorize(contextFor(customerActor(userId), { accountId: world.accountId }), 'me:write')
const computer = async () =>
  createLatchkey({
    url: 'http://127.0.0.1:9',
    productId: world.product.id,
    publicKey: world.product.publicPem,
    accountKey: (await publicKeysOf(world.accountId)).map(({ kid, pem }) => ({ kid, key: pem })),
    fingerprint: FINGERPRINT,
    store: memoryStore(),
  })

describe('a customer', () => {
  test('downloads the file of their own license and of their own device, good for 30 days', async () => {
    const { activationId } = await activateOnline(world)
    const desk = await computer()
    const license = await createMyLicenseFile(signedIn(), { id: world.license.id })
    expect(license).toMatchObject({ ttl: 30 * DAY, algorithm: 'aes-256-gcm+ed25519' })
    expect(await desk.licenseFile(license.certificate, world.license.key)).toMatchObject({ status: 'ACTIVE' })
    const machine = await createMyMachineFile(signedIn(), { id: activationId })
    expect(await desk.machineFile(machine.certificate, world.license.key)).toMatchObject({ status: 'ACTIVE' })
    const [event] = await eventsOf(world.accountId, 'license.file-issued')
    expect(event?.actor).toBe(`user:${world.owner.id}`)
  })

  test('activates and deactivates a device by its requests', async () => {
    const desk = await computer()
    const offlineRequest = await desk.offlineRequest(world.license.key)
    const licenseId = world.license.id
    const response = await offlineActivateMine(signedIn(), {
      licenseId,
      offlineRequest,
      responseValidity: DAY,
    })
    expect((await desk.acceptOfflineResponse(response.offlineResponse)).status).toBe('ACTIVE')
    const request = await desk.offlineDeactivation()
    await offlineDeactivateMine(signedIn(), { licenseId, offlineRequest: request })
    expect(await devicesOf(licenseId)).toEqual([])
    const sent = await db().select().from(mails).where(eq(mails.userId, world.owner.id))
    expect(sent.map(({ template }) => template)).toEqual(['device-freed'])
  })
})

describe('a license that is not one’s own', () => {
  const refused = { code: 'NOT_FOUND' }
  const attempt = async (userId: string) => {
    const { activationId } = await activateOnline(world)
    const offlineRequest = await (await computer()).offlineRequest(world.license.key)
    const licenseId = world.license.id
    const ctx = signedIn(userId)
    await expect(createMyLicenseFile(ctx, { id: licenseId })).rejects.toMatchObject(refused)
    await expect(
      offlineActivateMine(ctx, { licenseId, offlineRequest, responseValidity: DAY }),
    ).rejects.toMatchObject(refused)
    await expect(offlineDeactivateMine(ctx, { licenseId, offlineRequest })).rejects.toMatchObject(refused)
    const machine = createMyMachineFile(ctx, { id: activationId })
    await expect(machine).rejects.toThrow('There is no such')
    expect(await eventsOf(world.accountId, 'license.file-issued')).toEqual([])
    expect(await eventsOf(world.accountId, 'activation.file-issued')).toEqual([])
    expect(await devicesOf(licenseId)).toHaveLength(1)
  }

  test('gives a stranger no file and takes no request of theirs; nothing is written', async () => {
    await attempt((await makeCustomer(world.accountId)).id)
  })

  test('gives somebody whom its owner shares it with none either: its files say who the owner is', async () => {
    const friend = await makeCustomer(world.accountId)
    await db()
      .update(licenses)
      .set({ additionalUserIds: [friend.id] })
      .where(eq(licenses.id, world.license.id))
    await attempt(friend.id)
  })
})
