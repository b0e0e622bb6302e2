import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { licenseMeterAttributes } from '#db/schema/license-parts.ts'
import { newId } from '#lib/core/ids.ts'
import { createLatchkey } from '#sdk/client.ts'
import { memoryStore } from '#sdk/store.ts'
import { handle } from '#tests/helpers/activation-routes.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { FINGERPRINT, makeOfflineWorld, type OfflineWorld } from '#tests/helpers/offline-world.ts'

let world: OfflineWorld

setUpTestDatabase()
beforeEach(async () => {
  world = await makeOfflineWorld()
  const at = new Date()
  await db()
    .insert(licenseMeterAttributes)
    .values({
      accountId: world.accountId,
      id: newId(),
      licenseId: world.license.id,
      name: 'exports',
      allowedUses: 10,
      viewPermissions: ['activation'],
      createdAt: at,
      updatedAt: at,
    })
})

const computer = (fingerprint = FINGERPRINT) =>
  createLatchkey({
    url: 'http://portal.test',
    accountId: world.accountId,
    productId: world.product.id,
    publicKey: { kid: world.product.kid, key: world.product.publicPem },
    fingerprint,
    store: memoryStore(),
    fetch: (input, init) => handle(new Request(input, init)),
  })
const totalUses = async () => {
  const [row] = await db()
    .select()
    .from(licenseMeterAttributes)
    .where(eq(licenseMeterAttributes.licenseId, world.license.id))
  return row?.totalUses
}

test('the SDK counts uses of a meter, gives some back, and reads the counts from the signed token', async () => {
  const desk = computer()
  await desk.activate(world.license.key)
  expect(await desk.incrementMeter('exports')).toEqual({
    license: { name: 'exports', used: 1, allowed: 10 },
    activation: { name: 'exports', used: 1, allowed: null },
  })
  expect(await desk.incrementMeter('exports', 5)).toMatchObject({ license: { used: 6 } })
  expect(await desk.incrementMeter('exports', -2)).toMatchObject({ license: { used: 4 } })
  expect(await totalUses()).toBe(4)
})

test('two computers counting at once lose nothing, and never pass the limit', async () => {
  const desks = [computer(), computer('cd'.repeat(32))]
  for (const desk of desks) await desk.activate(world.license.key)
  const counted = await Promise.allSettled(
    desks.flatMap((desk) => Array.from({ length: 8 }, () => desk.incrementMeter('exports'))),
  )
  expect(counted.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
  for (const result of counted) {
    if (result.status === 'rejected') {
      expect(result.reason).toMatchObject({ code: 'METER_ATTRIBUTE_USES_LIMIT_REACHED' })
    }
  }
  expect(await totalUses()).toBe(10)
})

test.each([0, 1.5, Number.NaN, Number.MAX_VALUE])(
  'the SDK refuses to count %d uses, and sends nothing',
  async (uses) => {
    const desk = computer()
    await desk.activate(world.license.key)
    await expect(desk.incrementMeter('exports', uses)).rejects.toMatchObject({ code: 'CONFIGURATION' })
    expect(await totalUses()).toBe(0)
  },
)

test('a computer that is not activated counts nothing', async () => {
  await expect(computer().incrementMeter('exports')).rejects.toMatchObject({ code: 'NOT_ACTIVATED' })
  expect(await totalUses()).toBe(0)
})
