import { eq } from 'drizzle-orm'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { fileSize } from '#app/_ui/file-size.ts'
import { Downloads } from '#app/me/licenses/[id]/downloads.tsx'
import { db } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { releaseFiles, releases } from '#db/schema/releases.ts'
import { authorize } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'
import { downloadMyFile } from '#lib/licensing/releases/download-my-file.ts'
import { listMyReleases } from '#lib/licensing/releases/list-my-releases.ts'
import { MyReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeLicenseOf, makeSignedProduct } from '#tests/factories/licensed.ts'
import { makeRelease, makeReleaseFile } from '#tests/factories/release.ts'
import { contextFor, customerActor, type TestClock } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>
let jane: Awaited<ReturnType<typeof makeCustomer>>
let license: { id: string; key: string }

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  product = await makeSignedProduct(accountId)
  jane = await makeCustomer(accountId)
  license = await makeLicenseOf(accountId, product, { userId: jane.id })
})

const as = (userId: string, clock?: TestClock) =>
  authorize(contextFor(customerActor(userId), { accountId, ...(clock && { clock }) }), 'me:read')
const download = (fileId: string, userId = jane.id, licenseId = license.id) =>
  downloadMyFile(as(userId), { licenseId, fileId })
const count = async (id: string) =>
  (await db().select().from(releaseFiles).where(eq(releaseFiles.id, id)))[0]?.downloads
const change = (columns: Partial<typeof licenses.$inferInsert>) =>
  db().update(licenses).set(columns).where(eq(licenses.id, license.id))

test('a customer is told where a file of their license lies, and each download is counted', async () => {
  const { file } = await makeRelease(accountId, product.id)
  const places = await Promise.all(Array.from({ length: 10 }, () => download(file.id)))
  expect(new Set(places)).toEqual(new Set([file.url]))
  expect(await count(file.id)).toBe(10)
})

test('the rule is asked again at that moment: what the license does not allow is not there, and not counted', async () => {
  const { file, id } = await makeRelease(accountId, product.id, { version: '2.0' })
  const hourAgo = new Date(Date.now() - 3_600_000)
  const refusals = [
    { revokedBillingAt: hourAgo },
    { revokedBillingAt: null, suspendedManualAt: hourAgo },
    { suspendedManualAt: null, expiresAt: hourAgo },
    { expiresAt: null, maintenanceExpiresAt: new Date(hourAgo.getTime() - 1000) },
    { maintenanceExpiresAt: null, maxAllowedReleaseVersion: '1.9' },
  ]
  for (const columns of refusals) {
    await change(columns)
    expect((await refusalOf(download(file.id))).code).toBe('NOT_FOUND')
  }
  await change({ maxAllowedReleaseVersion: '' })
  await db().update(releases).set({ publishedAt: null }).where(eq(releases.id, id))
  expect((await refusalOf(download(file.id))).code).toBe('NOT_FOUND')
  expect((await refusalOf(download(newId()))).code).toBe('NOT_FOUND')
  const other = await makeSignedProduct(accountId)
  const foreign = await makeRelease(accountId, other.id)
  expect((await refusalOf(download(foreign.file.id))).code).toBe('NOT_FOUND')
  expect(await count(file.id)).toBe(0)
  expect(await count(foreign.file.id)).toBe(0)
})

test('nobody downloads by somebody else’s license, whoever shares it does', async () => {
  const { file } = await makeRelease(accountId, product.id)
  const john = await makeCustomer(accountId)
  const elsewhere = (await makeAccount()).id
  const stranger = authorize(contextFor(customerActor(jane.id), { accountId: elsewhere }), 'me:read')
  expect((await refusalOf(download(file.id, john.id))).code).toBe('NOT_FOUND')
  const foreign = downloadMyFile(stranger, { licenseId: license.id, fileId: file.id })
  expect((await refusalOf(foreign)).code).toBe('NOT_FOUND')
  expect(await count(file.id)).toBe(0)
  await change({ additionalUserIds: [john.id] })
  expect(await download(file.id, john.id)).toBe(file.url)
  const shown = await v3('/v3/me/releases', { token: john.token })
  expect(bodyOf(shown, z.array(MyReleaseDto))).toHaveLength(1)
})

const rendered = async (usable = true) => {
  const { items } = await listMyReleases(as(jane.id), {
    ...FIRST_PAGE,
    sort: [{ field: 'version', descending: true }],
    filters: [{ field: 'licenseId', operator: 'eq', values: [license.id] }],
  })
  return renderToStaticMarkup(createElement(Downloads, { licenseId: license.id, releases: items, usable }))
}

test('the page names file, size and checksum, the latest of each channel first, and never where a file lies', async () => {
  const old = await makeRelease(accountId, product.id, { version: '1.9' })
  const latest = await makeRelease(accountId, product.id, { version: '1.10' })
  await makeRelease(accountId, product.id, { version: '3.0', channel: 'beta' })
  await makeRelease(accountId, product.id, { version: '4.0', publishedAt: null })
  await makeReleaseFile(accountId, latest.id, { name: 'notes & more.txt', size: 2_500_000, checksum: '' })
  const html = await rendered()
  const at = (text: string) => html.indexOf(text)
  expect(html).not.toContain('https://')
  expect(html).not.toContain('Release 4.0')
  expect(html).toContain(`href="/me/licenses/${license.id}/downloads/${latest.file.id}"`)
  expect(html).toContain('ab'.repeat(32))
  expect(html).toContain('1.2 kB')
  expect(html).toContain('2.5 MB')
  expect(html).toContain('notes &amp; more.txt')
  expect(at('Release 1.10')).toBeGreaterThan(-1)
  expect(at('Release 1.10')).toBeLessThan(at('Older versions (1)'))
  expect(at('Older versions (1)')).toBeLessThan(at(old.file.id))
  expect(at('>stable<')).toBeLessThan(at('>beta<'))
})

test('where there is nothing the page says why', async () => {
  expect(await rendered()).toContain('There is nothing to download yet.')
  expect(await rendered(false)).toContain('once the license is valid')
})

test('sizes are written as people read them', () => {
  expect([0, 1, 999, 1000, 1_234_567, 123_456_789, 5e12, 9e15].map(fileSize)).toEqual([
    '',
    '1 byte',
    '999 bytes',
    '1 kB',
    '1.2 MB',
    '123 MB',
    '5 TB',
    '9,000 TB',
  ])
})
