import { and, eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { releaseChannels, releaseFiles, releasePlatforms, releases } from '#db/schema/releases.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { ReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import { ReleaseFileDto } from '#lib/licensing/releases/release-file-dto.ts'
import { ReleaseNameDto } from '#lib/licensing/releases/release-name-dto.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { makeRelease } from '#tests/factories/release.ts'
import { auditTrail } from '#tests/helpers/audit-trail.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string
let productId: string

setUpTestDatabase({ env: { BILLING_MODE: 'off' } })
beforeEach(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'release:read', 'release:write')
  productId = (await makeSignedProduct(accountId)).id
})

const body = (fields: Record<string, unknown> = {}) => ({
  name: 'Spring',
  version: '1.2.3',
  channel: 'stable',
  platform: 'windows',
  productId,
  ...fields,
})
const release = async (fields: Record<string, unknown> = {}) =>
  bodyOf(await v3('/v3/releases', { token, body: body(fields) }), ReleaseDto, 201)
const file = (fields: Record<string, unknown> = {}) => ({
  name: 'app-1.2.3.tar.gz',
  url: 'https://files.example/app.tar.gz',
  size: '1048576',
  checksum: 'AB'.repeat(32),
  secured: true,
  ...fields,
})
const list = async (query: string) =>
  bodyOf(await v3(`/v3/releases?${query}`, { token }), z.array(ReleaseDto)).map(({ version }) => version)
const rows = () => db().select().from(releases).where(eq(releases.accountId, accountId))
const trail = () => auditTrail(accountId)

describe('releases', () => {
  test('the old form with one platform makes a draft, with the channel and platform that it names', async () => {
    const made = await release()
    expect(made).toMatchObject({
      version: '1.2.3',
      channel: 'stable',
      platform: 'windows',
      platforms: ['windows'],
      private: true,
      published: false,
      publishedAt: null,
      totalFiles: 0,
      files: [],
      notes: '',
    })
    expect(bodyOf(await v3(`/v3/releases/${made.id}`, { token }), ReleaseDto)).toEqual(made)
    expect(await trail()).toEqual(['release-channel.created', 'release-platform.created', 'release.created'])
    const channels = bodyOf(await v3('/v3/release-channels', { token }), z.array(ReleaseNameDto))
    expect(channels).toMatchObject([{ name: 'stable', displayName: 'stable', totalReleases: 1 }])
  })

  test('a second release in the same channel makes no second channel', async () => {
    await release()
    await release({ version: '1.2.4', platforms: ['windows', 'linux'], platform: undefined })
    expect(bodyOf(await v3('/v3/release-channels', { token }), z.array(ReleaseNameDto))).toHaveLength(1)
    const platforms = bodyOf(await v3('/v3/release-platforms?sort=name', { token }), z.array(ReleaseNameDto))
    expect(platforms.map(({ name, totalReleases }) => [name, totalReleases])).toEqual([
      ['linux', 1],
      ['windows', 2],
    ])
  })

  test('what is wrong is named by field, and nothing is written', async () => {
    const answer = await v3('/v3/releases', {
      token,
      body: { name: '', version: '1.2-beta', channel: ' ', platforms: [], productId: 'x' },
    })
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
    const { fields } = z.object({ fields: z.record(z.string(), z.string()) }).parse(answer.body)
    expect(Object.keys(fields).sort()).toEqual(['channel', 'name', 'platforms', 'productId', 'version'])
    expect(await v3('/v3/releases', { token, body: body({ platform: undefined }) })).toMatchObject({
      body: { fields: { platforms: 'at least one platform is needed' } },
    })
    expect(await v3('/v3/releases', { token, body: body({ productId: newId() }) })).toMatchObject({
      status: 400,
      body: { fields: { productId: 'there is no such product' } },
    })
    const future = new Date(Date.now() + 86_400_000).toISOString()
    expect(await v3('/v3/releases', { token, body: body({ createdAt: future }) })).toMatchObject({
      status: 400,
      body: { fields: { createdAt: 'must not lie in the future' } },
    })
    expect(await rows()).toEqual([])
    expect(await trail()).toEqual([])
  })

  test('a version is there once for a channel and platform, also in another spelling and at once', async () => {
    const answers = await Promise.all(
      ['1.2.3', '1.02.3', '1.2.3'].map((version) => v3('/v3/releases', { token, body: body({ version }) })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    expect(await rows()).toHaveLength(1)
    await release({ platform: 'linux' })
    await release({ channel: 'beta' })
    expect(await v3('/v3/releases', { token, body: body({ platforms: ['macos', 'linux'] }) })).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    })
    expect(await rows()).toHaveLength(3)
  })

  test('a change keeps what it does not name, and may not take another version’s place', async () => {
    const first = await release({ notes: 'What is new', private: 'false' })
    const second = await release({ version: '1.3' })
    const path = `/v3/releases/${first.id}`
    const changed = bodyOf(
      await v3(path, { token, method: 'PATCH', body: { version: '1.2.4', platforms: ['linux'] } }),
      ReleaseDto,
    )
    expect(changed).toMatchObject({
      version: '1.2.4',
      platform: 'linux',
      notes: 'What is new',
      private: false,
    })
    const taken = await v3(`/v3/releases/${second.id}`, {
      token,
      method: 'PATCH',
      body: { version: '1.2.4', platform: 'linux' },
    })
    expect(taken).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    expect(await list('version=1.3')).toEqual(['1.3'])
    expect(await v3(`/v3/releases/${newId()}`, { token, method: 'PATCH', body: {} })).toMatchObject({
      status: 404,
    })
    expect((await trail()).filter((event) => event === 'release.updated')).toHaveLength(1)
  })

  test('published once: the first date stays, without a body and with one', async () => {
    const { id } = await release()
    const published = bodyOf(await v3(`/v3/releases/${id}/publish`, { token, method: 'POST' }), ReleaseDto)
    expect(published.published).toBe(true)
    const again = bodyOf(
      await v3(`/v3/releases/${id}/publish`, { token, body: { publishedAt: '2020-01-01' } }),
      ReleaseDto,
    )
    expect(again).toEqual(published)
    expect((await trail()).filter((event) => event === 'release.published')).toHaveLength(1)
    const old = await release({ version: '0.9' })
    const imported = await v3(`/v3/releases/${old.id}/publish`, {
      token,
      body: { publishedAt: '2020-01-01' },
    })
    expect(bodyOf(imported, ReleaseDto).publishedAt).toBe('2020-01-01T00:00:00.000Z')
    const later = await release({ version: '2.0' })
    const future = new Date(Date.now() + 86_400_000).toISOString()
    expect(
      await v3(`/v3/releases/${later.id}/publish`, { token, body: { publishedAt: future } }),
    ).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
    expect(await list('published=false')).toEqual(['2.0'])
  })

  test('lists filter by every field and sort versions as numbers', async () => {
    await makeRelease(accountId, productId, { version: '1.9', platforms: ['linux', 'macos'] })
    await makeRelease(accountId, productId, { version: '1.10', channel: 'beta', private: false })
    await makeRelease(accountId, productId, { version: '1.2.1', publishedAt: null })
    expect(await list('sort=version')).toEqual(['1.2.1', '1.9', '1.10'])
    expect(await list('sort=-version')).toEqual(['1.10', '1.9', '1.2.1'])
    expect(await list('platform=macos')).toEqual(['1.9'])
    expect(await list('platform[nin]=linux,macos&sort=version')).toEqual(['1.2.1', '1.10'])
    expect(await list('platform[in]=')).toEqual([])
    expect(await list('channel[eq]=beta')).toEqual(['1.10'])
    expect(await list('private=false')).toEqual(['1.10'])
    expect(await list('published=true&sort=version')).toEqual(['1.9', '1.10'])
    expect(await list('version[sw]=1.2')).toEqual(['1.2.1'])
    expect(await list(`productId=${newId()}`)).toEqual([])
    expect(await list('query=release+1.10')).toEqual(['1.10'])
    const page = await v3('/v3/releases?limit=2&page=2&sort=version', { token })
    expect(page.headers.get('pagination-count')).toBe('3')
    expect(bodyOf(page, z.array(ReleaseDto)).map(({ version }) => version)).toEqual(['1.10'])
  })

  test('a deleted release takes the list of its files along', async () => {
    const { id, file: its } = await makeRelease(accountId, productId)
    expect(await v3(`/v3/releases/${id}`, { token, method: 'DELETE' })).toMatchObject({ status: 204 })
    expect(await v3(`/v3/releases/${id}`, { token })).toMatchObject({ status: 404 })
    expect(await v3(`/v3/release-files/${its.id}`, { token })).toMatchObject({ status: 404 })
    expect(await v3(`/v3/releases/${id}`, { token, method: 'DELETE' })).toMatchObject({ status: 404 })
    expect(await trail()).toEqual(['release.deleted'])
  })
})

describe('files of releases', () => {
  test('a file is described, its extension taken from its name, its size also as text', async () => {
    const { id } = await release()
    const made = bodyOf(
      await v3('/v3/release-files', { token, body: file({ releaseId: id }) }),
      ReleaseFileDto,
      201,
    )
    expect(made).toMatchObject({
      releaseId: id,
      name: 'app-1.2.3.tar.gz',
      extension: '.tar.gz',
      size: 1_048_576,
      checksum: 'ab'.repeat(32),
      secured: true,
      downloads: 0,
    })
    const whole = bodyOf(await v3(`/v3/releases/${id}`, { token }), ReleaseDto)
    expect(whole).toMatchObject({ totalFiles: 1, files: [made] })
    expect(bodyOf(await v3(`/v3/release-files/${made.id}`, { token }), ReleaseFileDto)).toEqual(made)
    const listed = await v3(`/v3/release-files?releaseId=${id}&name[ew]=.gz`, { token })
    expect(bodyOf(listed, z.array(ReleaseFileDto))).toEqual([made])
    const twice = await v3('/v3/release-files', { token, body: file({ releaseId: id }) })
    expect(twice).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    expect(await v3(`/v3/release-files/${made.id}`, { token, method: 'PATCH', body: {} })).toMatchObject({
      status: 405,
    })
    expect(await v3(`/v3/release-files/${made.id}`, { token, method: 'DELETE' })).toMatchObject({
      status: 204,
    })
    expect(await v3(`/v3/release-files/${made.id}`, { token, method: 'DELETE' })).toMatchObject({
      status: 404,
    })
    expect((await trail()).slice(-2)).toEqual(['release.updated', 'release.updated'])
  })

  test('only encrypted addresses without a password are taken, plain ones of this machine in test mode alone', async () => {
    const { id } = await release()
    const add = (fields: Record<string, unknown>) =>
      v3('/v3/release-files', { token, body: file({ releaseId: id, ...fields }) })
    for (const url of [
      'http://files.example/app.zip',
      'http://127.0.0.1:8000/app.zip',
      'https://user:secret@files.example/app.zip',
      'ftp://files.example/app.zip',
      'javascript:alert(1)',
      '/app.zip',
      '',
    ]) {
      const refused = await add({ url })
      expect(refused, url).toMatchObject({ status: 400, body: { fields: { url: expect.any(String) } } })
    }
    for (const wrong of [{ checksum: 'abc' }, { size: -1 }, { name: '../app.zip' }, { releaseId: newId() }]) {
      expect(await add(wrong)).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
    }
    const files = () => db().select().from(releaseFiles).where(eq(releaseFiles.accountId, accountId))
    expect(await files()).toEqual([])
    overrideEnv({ BILLING_MODE: 'test' })
    try {
      expect(await add({ url: 'http://files.example/app.zip' })).toMatchObject({ status: 400 })
      expect(await add({ url: 'http://127.0.0.1:8000/app.zip' })).toMatchObject({ status: 201 })
    } finally {
      overrideEnv({ BILLING_MODE: 'off' })
    }
  })
})

describe.each([
  { path: '/v3/release-channels', kind: 'channel', table: releaseChannels },
  { path: '/v3/release-platforms', kind: 'platform', table: releasePlatforms },
])('release $kind names', ({ path, kind, table }) => {
  const make = async (fields: Record<string, unknown>) =>
    bodyOf(await v3(path, { token, body: fields }), ReleaseNameDto, 201)
  const kept = () => db().select().from(table).where(eq(table.accountId, accountId))

  test('are made, found, changed and deleted', async () => {
    const made = await make({ name: 'edge', displayName: 'Edge of things' })
    expect(made).toMatchObject({ name: 'edge', displayName: 'Edge of things', totalReleases: 0 })
    expect(bodyOf(await v3(`${path}/${made.id}`, { token }), ReleaseNameDto)).toEqual(made)
    expect(await v3(path, { token, body: { name: 'edge' } })).toMatchObject({ status: 409 })
    const renamed = await v3(`${path}/${made.id}`, { token, method: 'PATCH', body: { name: 'nightly' } })
    expect(bodyOf(renamed, ReleaseNameDto)).toMatchObject({ name: 'nightly', displayName: 'Edge of things' })
    const found = await v3(`${path}?query=of+things`, { token })
    expect(bodyOf(found, z.array(ReleaseNameDto))).toHaveLength(1)
    expect(await v3(`${path}/${made.id}`, { token, method: 'DELETE' })).toMatchObject({ status: 204 })
    expect(await v3(`${path}/${made.id}`, { token })).toMatchObject({ status: 404 })
    expect(await trail()).toEqual([
      `release-${kind}.created`,
      `release-${kind}.updated`,
      `release-${kind}.deleted`,
    ])
  })

  test('cannot be deleted or renamed while a release uses them; what people read can change', async () => {
    await release({ channel: 'edge', platform: 'edge' })
    const [used] = await kept()
    const at = `${path}/${used?.id}`
    expect(await v3(at, { token, method: 'DELETE' })).toMatchObject({ status: 409, body: { code: 'IN_USE' } })
    expect(await v3(at, { token, method: 'PATCH', body: { name: 'other' } })).toMatchObject({
      status: 409,
      body: { code: 'IN_USE' },
    })
    expect(await kept()).toEqual([used])
    const titled = await v3(at, { token, method: 'PATCH', body: { name: 'edge', displayName: 'Edge' } })
    expect(bodyOf(titled, ReleaseNameDto)).toMatchObject({
      name: 'edge',
      displayName: 'Edge',
      totalReleases: 1,
    })
  })

  test('a name of another takes no release’s place, and blanks and commas are no names', async () => {
    await make({ name: 'edge' })
    const other = await make({ name: 'calm' })
    const taken = await v3(`${path}/${other.id}`, { token, method: 'PATCH', body: { name: 'edge' } })
    expect(taken).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    for (const name of ['  ', 'a,b', 'a\nb', 5]) {
      expect(await v3(path, { token, body: { name } })).toMatchObject({ status: 400 })
    }
    expect(await kept()).toHaveLength(2)
  })
})

test('nothing of another account is found, changed or deleted, also by its id', async () => {
  const made = await release()
  const { id: fileId } = bodyOf(
    await v3('/v3/release-files', { token, body: file({ releaseId: made.id }) }),
    ReleaseFileDto,
    201,
  )
  const [channel] = await db()
    .select()
    .from(releaseChannels)
    .where(and(eq(releaseChannels.accountId, accountId), eq(releaseChannels.name, 'stable')))
  const foreign = await makeMachineToken((await makeAccount()).id, 'release:read', 'release:write')
  const before = await trail()
  for (const path of [
    `/v3/releases/${made.id}`,
    `/v3/release-files/${fileId}`,
    `/v3/release-channels/${channel?.id}`,
  ]) {
    expect(await v3(path, { token: foreign })).toMatchObject({ status: 404 })
    expect(await v3(path, { token: foreign, method: 'DELETE' })).toMatchObject({ status: 404 })
  }
  for (const path of ['/v3/releases', '/v3/release-files', '/v3/release-channels', '/v3/release-platforms']) {
    expect(await v3(path, { token: foreign })).toMatchObject({ status: 200, body: [] })
  }
  const publish = `/v3/releases/${made.id}/publish`
  expect(await v3(publish, { token: foreign, method: 'POST' })).toMatchObject({ status: 404 })
  expect(
    await v3(`/v3/releases/${made.id}`, { token: foreign, method: 'PATCH', body: { name: 'x' } }),
  ).toMatchObject({ status: 404 })
  expect(await v3('/v3/releases', { token: foreign, body: body() })).toMatchObject({ status: 400 })
  expect(
    await v3('/v3/release-files', { token: foreign, body: file({ releaseId: made.id, name: 'x.zip' }) }),
  ).toMatchObject({ status: 400, body: { fields: { releaseId: 'there is no such release' } } })
  expect(await trail()).toEqual(before)
  expect(bodyOf(await v3(`/v3/releases/${made.id}`, { token }), ReleaseDto).published).toBe(false)
})
