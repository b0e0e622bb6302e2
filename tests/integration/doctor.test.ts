import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { activations } from '#db/schema/licenses.ts'
import { signingKeys } from '#db/schema/products.ts'
import { createPersonalAccessToken } from '#lib/access/tokens/create-personal-access-token.ts'
import { authorize } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import type { Scope } from '#lib/core/permissions.ts'
import { examine } from '#lib/ops/doctor/examine.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeSignedProduct } from '#tests/factories/licensed.ts'
import { consoleActor, contextFor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

setUpTestDatabase()

async function newInstallation() {
  const { id: accountId } = await makeAccount()
  const console = contextFor(consoleActor, { accountId })
  const product = await makeSignedProduct(accountId)
  const license = await makeLicenseOf(accountId, product, { allowedActivations: 1 })
  const scopes: Scope[] = ['license:read']
  await createPersonalAccessToken(authorize(console, 'personalAccessToken:write'), { name: 'a', scopes })
  const failed = async () => {
    const findings = await examine(authorize(console, 'system:work'))
    return findings.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`)
  }
  return { accountId, product, license, failed }
}

test('the doctor finds nothing wrong with a healthy installation', async () => {
  const { failed } = await newInstallation()
  expect(await failed()).toEqual([])
})

test('the doctor finds a license with more devices than it allows', async () => {
  const { accountId, product, license, failed } = await newInstallation()
  const at = new Date()
  const device = (fingerprint: string) => ({
    accountId,
    id: newId(),
    licenseId: license.id,
    productId: product.id,
    fingerprint,
    os: 'linux',
    hostname: fingerprint,
    lastSyncedAt: at,
    createdAt: at,
    updatedAt: at,
  })
  await db()
    .insert(activations)
    .values([device('device-one'), device('device-two')])
  expect(await failed()).toEqual([expect.stringContaining(license.id)])
})

test('the doctor finds an audit row that was altered', async () => {
  const { accountId, failed } = await newInstallation()
  await db().update(eventLogs).set({ actor: 'operator:nobody' }).where(eq(eventLogs.accountId, accountId))
  expect(await failed()).toEqual([expect.stringContaining('the audit trail')])
})

test('the doctor finds a signing key that SECRET_KEY does not open', async () => {
  const { product, failed } = await newInstallation()
  await db()
    .update(signingKeys)
    .set({ sealedPrivatePem: sql`reverse(${signingKeys.sealedPrivatePem})` })
    .where(eq(signingKeys.productId, product.id))
  expect(await failed()).toEqual([expect.stringContaining('SECRET_KEY')])
})
