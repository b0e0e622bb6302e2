import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { releaseFiles } from '#db/schema/releases.ts'
import { newId } from '#lib/core/ids.ts'
import { DownloadDto } from '#lib/licensing/releases/download-file.ts'
import { MyReleaseDto, ReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { makeRelease, makeReleaseFile } from '#tests/factories/release.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>

const HOUR_MS = 3_600_000
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS)

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  product = await makeSignedProduct(accountId)
})

/** As the native client asks: every parameter is there, those that it does not use are empty. */
const ask = (
  path: 'update' | 'latest',
  query: Record<string, string>,
  headers: Record<string, string> = {},
) => {
  const params = new URLSearchParams({
    accountId,
    productId: product.id,
    platform: 'windows',
    channel: 'stable',
    key: '',
    ...query,
  })
  return v3(`/v3/releases/${path}?${params}`, { headers })
}
const update = async (version: string, query: Record<string, string> = {}, headers = {}) => {
  const answer = await ask('update', { version, ...query }, headers)
  return answer.status === 204 ? null : bodyOf(answer, ReleaseDto)
}
const license = (columns = {}) => makeLicenseOf(accountId, product, columns)

describe('the update check', () => {
  test('finds the latest release that is newer, and says nothing where none is', async () => {
    await makeRelease(accountId, product.id, { version: '1.9', private: false })
    await makeRelease(accountId, product.id, { version: '1.10.1', private: false })
    await makeRelease(accountId, product.id, { version: '2.0', private: false, publishedAt: null })
    await makeRelease(accountId, product.id, { version: '3.0', private: false, channel: 'beta' })
    await makeRelease(accountId, product.id, { version: '4.0', private: false, platforms: ['linux'] })
    expect((await update('1.9'))?.version).toBe('1.10.1')
    expect((await update('1.10.0.7'))?.version).toBe('1.10.1')
    expect(await update('1.10.1')).toBeNull()
    expect(await update('1.11')).toBeNull()
    expect((await update('1.10', { channel: 'beta' }))?.version).toBe('3.0')
    expect((await update('1.10', { platform: 'linux' }))?.version).toBe('4.0')
    expect((await update('1.9', { channel: '' }))?.version).toBe('1.10.1')
    expect((await update('1.9', { platform: '' }))?.version).toBe('4.0')
    expect(await update('1.0', { platform: 'amiga' })).toBeNull()
  })

  test('only the parts that both versions have are compared: a build more or less is no update', async () => {
    await makeRelease(accountId, product.id, { version: '1.2.3.4', private: false })
    expect(await update('1.2.3')).toBeNull()
    expect(await update('1.2')).toBeNull()
    expect((await update('1.2.3.3'))?.version).toBe('1.2.3.4')
    expect((await update('1.2.2'))?.version).toBe('1.2.3.4')
  })

  test('what it cannot read it says: no version, no product, no account', async () => {
    await makeRelease(accountId, product.id, { private: false })
    for (const version of ['', 'latest', '1']) {
      expect(await ask('update', { version })).toMatchObject({
        status: 400,
        body: { code: 'INVALID_RELEASE_VERSION_FORMAT' },
      })
    }
    for (const productId of ['', 'x', newId()]) {
      expect(await ask('update', { version: '0.1', productId })).toMatchObject({
        status: 400,
        body: { code: 'INVALID_PRODUCT_ID' },
      })
    }
    expect(await ask('update', { version: '0.1', accountId: newId() })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_ACCOUNT_ID' },
    })
    const other = (await makeAccount()).id
    expect(await ask('update', { version: '0.1', accountId: other })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_PRODUCT_ID' },
    })
  })

  test('private releases are for keys whose license allows them; everybody else gets the latest public one', async () => {
    await makeRelease(accountId, product.id, { version: '1.0', private: false, publishedAt: ago(9) })
    const secret = await makeRelease(accountId, product.id, { version: '2.0', publishedAt: ago(5) })
    const found = async (columns: Record<string, unknown>) =>
      (await update('0.9', { key: (await license(columns)).key }))?.version
    expect((await update('0.9'))?.version).toBe('1.0')
    expect((await update('0.9', { key: 'NO-SUCH-KEY-AT-ALL' }))?.version).toBe('1.0')
    expect(await found({})).toBe('2.0')
    expect(await found({ expiresAt: ago(-1) })).toBe('2.0')
    expect(await found({ expiresAt: ago(1), expiryGracePeriod: 2 * 3600 })).toBe('2.0')
    expect(await found({ maintenanceExpiresAt: ago(4) })).toBe('2.0')
    expect(await found({ maxAllowedReleaseVersion: '2.0' })).toBe('2.0')
    expect(await found({ expiresAt: ago(1) })).toBe('1.0')
    expect(await found({ revokedManualAt: ago(1) })).toBe('1.0')
    expect(await found({ suspendedBillingAt: ago(1) })).toBe('1.0')
    expect(await found({ effectiveAt: ago(-1) })).toBe('1.0')
    expect(await found({ maintenanceExpiresAt: ago(6) })).toBe('1.0')
    expect(await found({ maxAllowedReleaseVersion: '1.9' })).toBe('1.0')
    const banned = await makeCustomer(accountId, { bannedAt: ago(1) })
    expect(await found({ userId: banned.id })).toBe('1.0')
    const elsewhere = await makeSignedProduct(accountId)
    const { key } = await makeLicenseOf(accountId, elsewhere)
    expect((await update('0.9', { key }))?.version).toBe('1.0')
    const good = await license()
    const byHeader = await update('0.9', {}, { 'x-license-key': good.key })
    expect(byHeader).toMatchObject({ version: '2.0', files: [{ url: secret.file.url }] })
  })

  test('asked for allowed releases alone it leaves out public ones that the license does not allow', async () => {
    await makeRelease(accountId, product.id, { version: '2.0', private: false })
    const { key } = await license({ maxAllowedReleaseVersion: '1.0' })
    expect((await update('1.0', { key }))?.version).toBe('2.0')
    expect(await update('1.0', { key, allowed: 'true' })).toBeNull()
    expect(await update('1.0', { allowed: 'true' })).toBeNull()
    expect((await update('1.0', { key: (await license()).key, allowed: 'true' }))?.version).toBe('2.0')
  })

  test('where secured files of a public release lie is told to holders of a license alone', async () => {
    const { file, id } = await makeRelease(accountId, product.id, { private: false })
    const open = await makeReleaseFile(accountId, id, { name: 'zz-open.txt', secured: false })
    const files = async (query: Record<string, string>) =>
      (await update('0.9', query))?.files.map(({ url }) => url)
    expect(await files({})).toEqual(['', open.url])
    expect(await files({ key: (await license({ revokedManualAt: ago(1) })).key })).toEqual(['', open.url])
    expect(await files({ key: (await license()).key })).toEqual([file.url, open.url])
  })

  test('the latest release needs no version, and follows the same rule', async () => {
    await makeRelease(accountId, product.id, { version: '1.0', private: false })
    await makeRelease(accountId, product.id, { version: '2.0' })
    expect(bodyOf(await ask('latest', {}), ReleaseDto).version).toBe('1.0')
    const { key } = await license()
    expect(bodyOf(await ask('latest', { key }), ReleaseDto).version).toBe('2.0')
    expect(await ask('latest', { channel: 'none' })).toMatchObject({ status: 204, body: undefined })
  })

  test('an allowed release behind many that are not is found', async () => {
    for (let minor = 1; minor <= 60; minor += 1) {
      await makeRelease(accountId, product.id, { version: `2.${minor}` })
    }
    await makeRelease(accountId, product.id, { version: '1.5' })
    const { key } = await license({ maxAllowedReleaseVersion: '1.9' })
    expect((await update('1.0', { key }))?.version).toBe('1.5')
  })
})

describe('the customer’s releases', () => {
  const mine = async (token: string, query = '') =>
    bodyOf(await v3(`/v3/me/releases?${query}`, { token }), z.array(MyReleaseDto)).map(
      ({ version }) => version,
    )

  test('are those that any of their licenses allows, with the product’s name', async () => {
    const jane = await makeCustomer(accountId)
    const john = await makeCustomer(accountId)
    const other = await makeSignedProduct(accountId, { displayName: 'Other' })
    await makeRelease(accountId, product.id, { version: '1.0' })
    await makeRelease(accountId, product.id, { version: '2.0', channel: 'beta' })
    await makeRelease(accountId, product.id, { version: '3.0', publishedAt: null })
    await makeRelease(accountId, other.id, { version: '9.0' })
    const small = await license({ userId: jane.id, maxAllowedReleaseVersion: '1.5' })
    expect(await mine(jane.token)).toEqual(['1.0'])
    const large = await license({ userId: jane.id })
    expect(await mine(jane.token, 'sort=-version')).toEqual(['2.0', '1.0'])
    expect(await mine(jane.token, 'channel=beta')).toEqual(['2.0'])
    expect(await mine(jane.token, `licenseId=${small.id}`)).toEqual(['1.0'])
    expect(await mine(jane.token, `licenseId=${large.id}&version[ne]=1.0`)).toEqual(['2.0'])
    expect(await mine(jane.token, `productId=${other.id}`)).toEqual([])
    expect(await mine(jane.token, 'limit=1&page=2')).toEqual(['2.0'])
    expect(await mine(john.token)).toEqual([])
    await license({ userId: john.id, expiresAt: ago(1) })
    expect(await mine(john.token)).toEqual([])
    expect(await mine(john.token, `licenseId=${large.id}`)).toEqual([])
    const [first] = bodyOf(await v3('/v3/me/releases', { token: jane.token }), z.array(MyReleaseDto))
    expect(first).toMatchObject({ product: { displayName: 'Drawing Board' }, totalFiles: 1 })
  })

  test('are nobody’s but a customer’s', async () => {
    const machine = await makeMachineToken(accountId, 'release:read')
    expect(await v3('/v3/me/releases', { token: machine })).toMatchObject({ status: 403 })
    expect(await v3('/v3/me/releases')).toMatchObject({ status: 401 })
  })
})

describe('where a file lies', () => {
  const download = (id: string, options: { key?: string; headers?: Record<string, string> } = {}) =>
    v3(`/v3/release-files/${id}/download`, {
      method: 'POST',
      headers: { 'x-account-id': accountId, ...options.headers },
      ...(options.key && { body: { key: options.key } }),
    })
  const count = async (id: string) =>
    (await db().select().from(releaseFiles).where(eq(releaseFiles.id, id)))[0]?.downloads

  test('is told for a key whose license allows the release, and counted', async () => {
    const { file } = await makeRelease(accountId, product.id)
    const { key } = await license()
    const answer = bodyOf(await download(file.id, { key }), DownloadDto)
    expect(answer).toMatchObject({ url: file.url, size: 1234, checksum: 'ab'.repeat(32) })
    expect(await download(file.id, { headers: { 'x-license-key': key } })).toMatchObject({ status: 200 })
    expect(await count(file.id)).toBe(2)
  })

  test('is not told without one, nor of drafts; such files look as if they did not exist, and are not counted', async () => {
    const { file } = await makeRelease(accountId, product.id, { private: false })
    const draft = await makeRelease(accountId, product.id, { version: '2.0', publishedAt: null })
    const bad = await license({ suspendedManualAt: ago(1) })
    const good = await license()
    const missing = { status: 404, body: { code: 'NOT_FOUND' } }
    expect(await download(file.id)).toMatchObject(missing)
    expect(await download(file.id, { key: bad.key })).toMatchObject(missing)
    expect(await download(file.id, { key: 'NO-SUCH-KEY-AT-ALL' })).toMatchObject(missing)
    expect(await download(draft.file.id, { key: good.key })).toMatchObject(missing)
    expect(await download(newId(), { key: good.key })).toMatchObject(missing)
    const foreign = await makeRelease((await makeAccount()).id, product.id).catch(() => undefined)
    expect(foreign, 'a release is of its own account’s product').toBeUndefined()
    expect(await count(file.id)).toBe(0)
    expect(await count(draft.file.id)).toBe(0)
  })

  test('is told to everybody where the file of a public release is not secured', async () => {
    const { id } = await makeRelease(accountId, product.id, { private: false })
    const open = await makeReleaseFile(accountId, id, { secured: false })
    expect(bodyOf(await download(open.id), DownloadDto).url).toBe(open.url)
    const hidden = await makeRelease(accountId, product.id, { version: '2.0' })
    const inPrivate = await makeReleaseFile(accountId, hidden.id, { secured: false })
    expect(await download(inPrivate.id)).toMatchObject({ status: 404 })
  })

  test('no download is lost to another at the same moment', async () => {
    const { file } = await makeRelease(accountId, product.id)
    const { key } = await license()
    await Promise.all(Array.from({ length: 20 }, () => download(file.id, { key })))
    expect(await count(file.id)).toBe(20)
  })
})
