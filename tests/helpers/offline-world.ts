import { and, eq, isNull } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { activations } from '#db/schema/licenses.ts'
import { signingKeys } from '#db/schema/products.ts'
import { authorize } from '#lib/core/authorize.ts'
import { ActivationTokenDto } from '#lib/licensing/activations/activation-dto.ts'
import { createLicenseFile } from '#lib/licensing/offline/create-license-file.ts'
import { createMachineFile } from '#lib/licensing/offline/create-machine-file.ts'
import { FileInput } from '#lib/licensing/offline/file-input.ts'
import { accountPublicKeys } from '#lib/vendor/signing/public-keys.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'
import { contextFor, patActor, type TestClock, testClock } from './context.ts'

export const FINGERPRINT = 'ab'.repeat(32)

/** An account with a product, an owner, a license of theirs for three devices, and a machine that may write licenses. */
export async function makeOfflineWorld() {
  const { id: accountId } = await makeAccount()
  const product = await makeSignedProduct(accountId)
  const owner = await makeCustomer(accountId)
  const license = await makeLicenseOf(accountId, product, { userId: owner.id })
  const token = await makeMachineToken(accountId, 'license:write', 'license:read')
  return { accountId, product, owner, license, token }
}
export type OfflineWorld = Awaited<ReturnType<typeof makeOfflineWorld>>

/** What a device sends. */
export function deviceOf(world: OfflineWorld, fields: Record<string, unknown> = {}) {
  return {
    productId: world.product.id,
    key: world.license.key,
    fingerprint: FINGERPRINT,
    os: 'linux',
    hostname: 'desk',
    ...fields,
  }
}

/** Activates a device online; its id and its token. */
export async function activateOnline(world: OfflineWorld, fields: Record<string, unknown> = {}) {
  const headers = { 'x-account-id': world.accountId }
  const answer = await v3('/v3/activations', { headers, body: deviceOf(world, fields) })
  const { activationToken } = bodyOf(answer, ActivationTokenDto, 201)
  const claims = JSON.parse(Buffer.from(activationToken.split('.')[1] ?? '', 'base64url').toString('utf8'))
  return { activationToken, activationId: String(claims.aid) }
}

/** A file made by the verb itself, at the clock's time. */
export async function issue(
  world: Pick<OfflineWorld, 'accountId'>,
  subject: { licenseId: string } | { activationId: string },
  options: { input?: Record<string, unknown>; clock?: TestClock } = {},
) {
  const ctx = authorize(
    contextFor(patActor('license:write'), {
      accountId: world.accountId,
      clock: options.clock ?? testClock(),
    }),
    'license:write',
  )
  const input = FileInput.parse(options.input ?? {})
  return 'licenseId' in subject
    ? createLicenseFile(ctx, { ...input, id: subject.licenseId })
    : createMachineFile(ctx, { ...input, id: subject.activationId })
}

export const publicKeysOf = (accountId: string, at = new Date()) => accountPublicKeys(db(), accountId, at)

export const accountKeyRows = (accountId: string) =>
  db()
    .select()
    .from(signingKeys)
    .where(and(eq(signingKeys.accountId, accountId), isNull(signingKeys.productId)))
    .orderBy(signingKeys.createdAt, signingKeys.id)

export const eventsOf = async (accountId: string, event: string) =>
  db()
    .select()
    .from(eventLogs)
    .where(and(eq(eventLogs.accountId, accountId), eq(eventLogs.event, event)))

export const devicesOf = (licenseId: string) =>
  db().select().from(activations).where(eq(activations.licenseId, licenseId))
