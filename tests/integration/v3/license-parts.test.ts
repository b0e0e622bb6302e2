import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { entitlementSets } from '#db/schema/entitlements.ts'
import {
  activationMeterAttributes,
  deletedLicenses,
  formerLicenseKeys,
  licenseEntitlements,
  licenseMeterAttributes,
} from '#db/schema/license-parts.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { maintenancePolicies } from '#db/schema/maintenance.ts'
import { organizations, resellers } from '#db/schema/organizations.ts'
import { productVersions } from '#db/schema/product-versions.ts'
import { releases } from '#db/schema/releases.ts'
import {
  licenseUserGroups,
  organizationUserGroupMembers,
  organizationUserGroups,
} from '#db/schema/user-groups.ts'
import { TemplateDto } from '#lib/catalog/templates/template-dto.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { newId } from '#lib/core/ids.ts'
import { parseVersion } from '#lib/core/version.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { storedKey } from '#lib/licensing/licenses/license-key.ts'
import { LicenseMeterDto } from '#lib/licensing/licenses/meter-dto.ts'
import { MyLicenseDto } from '#lib/licensing/licenses/my-license-dto.ts'
import { releaseRefusal } from '#lib/licensing/releases/release-refusal.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { auditTrail } from '#tests/helpers/audit-trail.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>
let customer: Awaited<ReturnType<typeof makeCustomer>>

setUpTestDatabase()
beforeEach(async () => {
  setClockOffset(0)
  accountId = (await makeAccount()).id
  token = await makeMachineToken(
    accountId,
    'license:read',
    'license:write',
    'feature:write',
    'licenseTemplate:write',
    'licenseTemplate:read',
  )
  product = await makeSignedProduct(accountId)
  customer = await makeCustomer(accountId)
})

const create = async (fields: Record<string, unknown> = {}) =>
  bodyOf(await v3('/v3/licenses', { token, body: { productId: product.id, ...fields } }), LicenseDto, 201)
const send = (id: string, body: Record<string, unknown>) =>
  v3(`/v3/licenses/${id}`, { token, method: 'PATCH', body })
const patch = async (id: string, body: Record<string, unknown>) => bodyOf(await send(id, body), LicenseDto)
const read = async (id: string) => bodyOf(await v3(`/v3/licenses/${id}`, { token }), LicenseDto)
const list = async (query: string) =>
  bodyOf(await v3(`/v3/licenses?${query}`, { token }), z.array(LicenseDto)).map(({ id }) => id)
const mine = async (query = '', of = customer) =>
  bodyOf(await v3(`/v3/me/licenses?${query}`, { token: of.token }), z.array(MyLicenseDto))
const events = (id: string) => auditTrail(accountId, id)
const written = async () => [
  await db().select().from(licenses).where(eq(licenses.accountId, accountId)),
  await db().select().from(licenseMeterAttributes).where(eq(licenseMeterAttributes.accountId, accountId)),
  await db().select().from(licenseEntitlements).where(eq(licenseEntitlements.accountId, accountId)),
  await db().select().from(licenseUserGroups).where(eq(licenseUserGroups.accountId, accountId)),
  await db().select({ id: eventLogs.id }).from(eventLogs).where(eq(eventLogs.accountId, accountId)),
]

/** One of everything that a license may point at. */
async function surroundings(of: string, productId: string) {
  const at = new Date()
  const row = (extra: Record<string, unknown> = {}) => ({
    accountId: of,
    id: newId(),
    name: newId(),
    createdAt: at,
    updatedAt: at,
    ...extra,
  })
  const organization = row({ email: 'it@example.com' })
  const reseller = row()
  const version = row({ displayName: 'V', productId })
  const set = row({ displayName: 'S' })
  const policy = row({ interval: 'P1Y' })
  const group = row({ organizationId: organization.id })
  await db().insert(organizations).values(organization)
  await db().insert(resellers).values(reseller)
  await db()
    .insert(productVersions)
    .values({ ...version, productId, displayName: 'V' })
  await db()
    .insert(entitlementSets)
    .values({ ...set, displayName: 'S' })
  await db()
    .insert(maintenancePolicies)
    .values({ ...policy, interval: 'P1Y' })
  await db()
    .insert(organizationUserGroups)
    .values({ ...group, organizationId: organization.id })
  return {
    organizationId: organization.id,
    resellerId: reseller.id,
    productVersionId: version.id,
    entitlementSetId: set.id,
    maintenancePolicyId: policy.id,
    additionalUserIds: [(await makeCustomer(of)).id],
    userGroupIds: [group.id],
  }
}

describe('what a license points at', () => {
  test('is set at creation, shown whole, found by, changed and taken away', async () => {
    const refs = await surroundings(accountId, product.id)
    const made = await create({
      ...refs,
      externalUserIds: ['ext-1'],
      maxAllowedReleaseVersion: '2.1',
    })
    expect(made).toMatchObject({
      organization: { id: refs.organizationId, email: 'it@example.com' },
      reseller: { id: refs.resellerId },
      productVersionId: refs.productVersionId,
      productVersion: { displayName: 'V' },
      entitlementSet: { id: refs.entitlementSetId, displayName: 'S' },
      maintenancePolicyId: refs.maintenancePolicyId,
      additionalUserIds: refs.additionalUserIds,
      externalUserIds: ['ext-1'],
      userGroupIds: refs.userGroupIds,
      maxAllowedReleaseVersion: '2.1',
      currentReleaseVersion: null,
    })
    expect(await read(made.id)).toEqual(made)
    const plain = await create()
    for (const field of [
      'organizationId',
      'resellerId',
      'productVersionId',
      'entitlementSetId',
      'maintenancePolicyId',
    ] as const) {
      expect(await list(`${field}=${refs[field]}`)).toEqual([made.id])
      expect(await list(`${field}[ne]=${refs[field]}`)).toEqual([plain.id])
    }
    expect(await list(`additionalUserId=${refs.additionalUserIds[0]}`)).toEqual([made.id])
    expect(await list(`additionalUserId[nin]=${refs.additionalUserIds[0]}`)).toEqual([plain.id])
    expect(await list(`userGroupId=${refs.userGroupIds[0]}`)).toEqual([made.id])
    expect(await list('maintenanceExpireAt[gt]=2020-01-01')).toEqual([made.id])

    const cleared = await patch(made.id, {
      organizationId: '',
      resellerId: null,
      productVersionId: null,
      entitlementSetId: '',
      maxAllowedReleaseVersion: '',
      additionalUserIds: [],
      externalUserIds: [],
    })
    expect(cleared).toMatchObject({
      organization: null,
      reseller: null,
      productVersion: null,
      entitlementSet: null,
      maxAllowedReleaseVersion: null,
      additionalUserIds: [],
      externalUserIds: [],
    })
    // User groups are the organization's: they went with it.
    expect(cleared.userGroupIds).toEqual([])
    expect(await events(made.id)).toEqual(['license.created', 'license.updated'])
  })

  test.each([
    'organizationId',
    'resellerId',
    'productVersionId',
    'entitlementSetId',
    'maintenancePolicyId',
    'additionalUserIds',
    'userGroupIds',
  ] as const)(
    'an unknown %s, or one of another account, is refused by name, and nothing is written',
    async (field) => {
      const foreignAccount = (await makeAccount()).id
      const theirs = await surroundings(foreignAccount, (await makeSignedProduct(foreignAccount)).id)
      const { organizationId } = await surroundings(accountId, product.id)
      const base = field === 'userGroupIds' ? { organizationId } : {}
      const { id } = await create(base)
      const before = await written()
      const isList = field === 'additionalUserIds' || field === 'userGroupIds'
      const name = isList ? `${field}[0]` : field
      for (const value of [theirs[field], isList ? [newId()] : newId()]) {
        const refusal = {
          status: 400,
          body: { code: 'INVALID_INPUT', fields: { [name]: expect.any(String) } },
        }
        const body = { productId: product.id, ...base, [field]: value }
        expect(await v3('/v3/licenses', { token, body })).toMatchObject(refusal)
        expect(await send(id, { [field]: value })).toMatchObject(refusal)
      }
      expect(await written()).toEqual(before)
    },
  )

  test("a version of another product, and another organization's user group, are refused", async () => {
    const other = await surroundings(accountId, (await makeSignedProduct(accountId)).id)
    const own = await surroundings(accountId, product.id)
    const { id } = await create({ organizationId: own.organizationId })
    const before = await written()
    expect(await send(id, { productVersionId: other.productVersionId })).toMatchObject({
      status: 400,
      body: { fields: { productVersionId: expect.any(String) } },
    })
    for (const body of [
      { userGroupIds: other.userGroupIds },
      { organizationId: other.organizationId, userGroupIds: own.userGroupIds },
      { organizationId: null, userGroupIds: own.userGroupIds },
    ]) {
      expect(await send(id, body)).toMatchObject({
        status: 400,
        body: { fields: { 'userGroupIds[0]': expect.any(String) } },
      })
    }
    expect(await written()).toEqual(before)
  })

  test.each(['1', '1.2.3.4.5', '1.x', 'v1.2', '1.99999999999'])(
    'the version "%s" is refused as a highest one',
    async (maxAllowedReleaseVersion) => {
      const body = { productId: product.id, maxAllowedReleaseVersion }
      expect(await v3('/v3/licenses', { token, body })).toMatchObject({
        status: 400,
        body: { fields: { maxAllowedReleaseVersion: expect.any(String) } },
      })
      expect(await db().select().from(licenses).where(eq(licenses.accountId, accountId))).toEqual([])
    },
  )
})

describe('meter attributes', () => {
  const meters = [
    { name: 'exports', allowedUses: '10', floating: true, visible: true },
    { name: 'pages', allowedUses: -1, viewPermissions: ['USER'] },
  ]
  const count = (id: string, totalUses: number) =>
    db()
      .update(licenseMeterAttributes)
      .set({ totalUses, grossUses: totalUses })
      .where(eq(licenseMeterAttributes.id, id))

  test('are made with the license, changed by name with their counts kept, and others stay', async () => {
    const made = await create({ meterAttributes: meters })
    expect(made.meterAttributes).toMatchObject([
      { name: 'exports', allowedUses: 10, totalUses: 0, grossUses: 0, floating: true, visible: true },
      { name: 'pages', allowedUses: -1, floating: false, visible: false, viewPermissions: ['user'] },
    ])
    const [exportsMeter] = made.meterAttributes
    await count(exportsMeter?.id ?? '', 7)
    const after = await patch(made.id, {
      meterAttributes: [
        { name: 'exports', allowedUses: 7 },
        { name: 'seats', allowedUses: 1 },
      ],
    })
    expect(after.meterAttributes).toMatchObject([
      { id: exportsMeter?.id, allowedUses: 7, totalUses: 7, grossUses: 7, floating: true, visible: true },
      { name: 'pages' },
      { name: 'seats', totalUses: 0 },
    ])
  })

  test('a limit below what is used already is refused, and nothing is written', async () => {
    const made = await create({ meterAttributes: meters })
    await count(made.meterAttributes[0]?.id ?? '', 7)
    const before = await written()
    const body = {
      notes: 'n',
      meterAttributes: [
        { name: 'new', allowedUses: 1 },
        { name: 'exports', allowedUses: 6 },
      ],
    }
    expect(await send(made.id, body)).toMatchObject({
      status: 400,
      body: { fields: { 'meterAttributes[1].allowedUses': expect.stringContaining('7') } },
    })
    expect(await written()).toEqual(before)
  })

  test.each([
    ['meterAttributes[0].name', [{ name: '', allowedUses: 1 }]],
    ['meterAttributes[0].allowedUses', [{ name: 'a', allowedUses: -2 }]],
    ['meterAttributes[0].allowedUses', [{ name: 'a', allowedUses: 1.5 }]],
    ['meterAttributes[0].allowedUses', [{ name: 'a', allowedUses: 1e12 }]],
    [
      'meterAttributes[1].name',
      [
        { name: 'a', allowedUses: 1 },
        { name: 'a', allowedUses: 1 },
      ],
    ],
    ['meterAttributes', Array.from({ length: 51 }, (_, n) => ({ name: `m${n}`, allowedUses: 1 }))],
  ])('a wrong %s is refused by name, and nothing is written', async (field, meterAttributes) => {
    expect(
      await v3('/v3/licenses', { token, body: { productId: product.id, meterAttributes } }),
    ).toMatchObject({ status: 400, body: { fields: { [field]: expect.any(String) } } })
    expect(await written()).toEqual([[], [], [], [], []])
  })

  test('resetting takes the shares of devices with it and keeps what was ever used; deleting takes both', async () => {
    const made = await create({ meterAttributes: meters })
    const other = await create({ meterAttributes: meters })
    const [meter] = made.meterAttributes
    await count(meter?.id ?? '', 9)
    const at = new Date()
    const share = async (licenseId: string) => {
      const activationId = newId()
      await db().insert(activations).values({
        accountId,
        id: activationId,
        licenseId,
        productId: product.id,
        fingerprint: activationId,
        os: 'linux',
        hostname: 'h',
        lastSyncedAt: at,
        createdAt: at,
        updatedAt: at,
      })
      await db().insert(activationMeterAttributes).values({
        accountId,
        id: newId(),
        activationId,
        name: 'exports',
        uses: 9,
        createdAt: at,
        updatedAt: at,
      })
      return async () =>
        (
          await db()
            .select({ uses: activationMeterAttributes.uses })
            .from(activationMeterAttributes)
            .where(eq(activationMeterAttributes.activationId, activationId))
        ).map(({ uses }) => uses)
    }
    const shareOf = await share(made.id)
    const shareOfOther = await share(other.id)
    const path = `/v3/licenses/meter-attributes/${meter?.id}`
    const foreign = await makeMachineToken((await makeAccount()).id, 'license:write')
    expect((await v3(`${path}/reset`, { token: foreign, method: 'POST' })).status).toBe(404)
    expect((await v3(path, { token: foreign, method: 'DELETE' })).status).toBe(404)
    expect(await shareOf()).toEqual([9])
    const reset = bodyOf(await v3(`${path}/reset`, { token, method: 'POST' }), LicenseMeterDto)
    expect(reset).toMatchObject({ id: meter?.id, totalUses: 0, grossUses: 9, allowedUses: 10 })
    expect(await shareOf()).toEqual([0])
    expect((await v3(path, { token, method: 'DELETE' })).status).toBe(204)
    expect((await v3(path, { token, method: 'DELETE' })).status).toBe(404)
    expect(await shareOf()).toEqual([])
    expect(await shareOfOther()).toEqual([9])
    expect((await read(made.id)).meterAttributes.map(({ name }) => name)).toEqual(['pages'])
    expect(await events(made.id)).toEqual(['license.created', 'license.updated', 'license.updated'])
  })

  test('licensing §6: counting on a device loses nothing while limits are changed', async () => {
    const made = await create({ meterAttributes: [{ name: 'exports', allowedUses: 100 }] })
    const at = new Date()
    const activationId = newId()
    await db().insert(activations).values({
      accountId,
      id: activationId,
      licenseId: made.id,
      productId: product.id,
      fingerprint: activationId,
      os: 'linux',
      hostname: 'h',
      lastSyncedAt: at,
      createdAt: at,
      updatedAt: at,
    })
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, n) =>
        n % 3 === 0
          ? send(made.id, { meterAttributes: [{ name: 'exports', allowedUses: 100 + n }] })
          : v3('/v3/activations/meter-attributes/exports', {
              body: { accountId, activationId, increment: 2 },
            }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(24).fill(200))
    expect((await read(made.id)).meterAttributes).toMatchObject([{ totalUses: 32, grossUses: 32 }])
  })

  test('parallel changes of different counters of one license all survive', async () => {
    const { id } = await create()
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        patch(id, {
          meterAttributes: [
            { name: `m${n}`, allowedUses: n },
            { name: 'same', allowedUses: n },
          ],
        }),
      ),
    )
    expect((await read(id)).meterAttributes).toHaveLength(9)
  })
})

describe('what the template demands', () => {
  const template = async () =>
    bodyOf(
      await v3('/v3/license-templates', {
        token,
        body: {
          name: newId(),
          requiredMetadataKeys: ['order'],
          requiredMeterAttributes: ['exports'],
          heartbeatWindow: 3_600,
          deviceSwapCooldown: 60,
          deviceSwapsPerYear: 4,
        },
      }),
      TemplateDto,
      201,
    )

  test('is refused by name where it is missing; its rules are inherited', async () => {
    const { id: licenseTemplateId } = await template()
    const metadata = [{ key: 'order', value: '1' }]
    const meterAttributes = [{ name: 'exports', allowedUses: 1 }]
    for (const [field, fields] of [
      ['metadata', { meterAttributes }],
      ['metadata', { meterAttributes, metadata: [{ key: 'Order', value: '1' }] }],
      ['meterAttributes', { metadata }],
    ] as const) {
      const body = { productId: product.id, licenseTemplateId, ...fields }
      expect(await v3('/v3/licenses', { token, body })).toMatchObject({
        status: 400,
        body: { fields: { [field]: expect.any(String) } },
      })
    }
    expect(await db().select().from(licenses).where(eq(licenses.accountId, accountId))).toEqual([])
    expect(await create({ licenseTemplateId, metadata, meterAttributes })).toMatchObject({
      heartbeatWindow: 3_600,
      deviceSwapCooldown: 60,
      deviceSwapsPerYear: 4,
    })
  })

  test('never stands between a payment and its license', async () => {
    const { id: licenseTemplateId } = await template()
    expect(await create({ licenseTemplateId, cause: 'billing' })).toMatchObject({ licenseTemplateId })
  })

  test('licensing §6: editing a template resets nothing of the licenses made from it', async () => {
    const { id: licenseTemplateId } = await template()
    const made = await create({
      licenseTemplateId,
      metadata: [{ key: 'order', value: '1' }],
      meterAttributes: [{ name: 'exports', allowedUses: 5 }],
      userId: customer.id,
    })
    await db()
      .update(licenseMeterAttributes)
      .set({ totalUses: 3, grossUses: 3 })
      .where(eq(licenseMeterAttributes.licenseId, made.id))
    await patch(made.id, { suspended: true, allowedActivations: 7 })
    const before = await read(made.id)
    const edited = await v3(`/v3/license-templates/${licenseTemplateId}`, {
      token,
      method: 'PATCH',
      body: {
        allowedActivations: 1,
        subscriptionInterval: 'P1M',
        keyPattern: '^[A-Z]{32}$',
        requiredMetadataKeys: ['other'],
        requiredMeterAttributes: [],
        heartbeatWindow: 60,
        type: 'hosted-floating',
      },
    })
    expect(edited.status).toBe(200)
    expect(await read(made.id)).toEqual(before)
  })
})

describe('an own key', () => {
  test('that another license had until lately is refused, and nothing is written', async () => {
    const { id } = await create()
    const key = 'FORMER-KEY-0123456789'
    const at = new Date()
    const { sealedKey, keyHash } = storedKey(key, id)
    await db()
      .insert(formerLicenseKeys)
      .values({ accountId, id: newId(), licenseId: id, sealedKey, keyHash, validUntil: at, createdAt: at })
    const before = await written()
    expect(await v3('/v3/licenses', { token, body: { productId: product.id, key } })).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT', fields: { key: expect.any(String) } },
    })
    expect(await written()).toEqual(before)
  })
})

describe('events', () => {
  test('a changed subscription has its own, and license.updated tells of all else', async () => {
    const { id } = await create()
    await patch(id, { subscriptionInterval: 'P1Y' })
    await patch(id, { subscriptionInterval: 'P1Y', notes: 'n' })
    await patch(id, { subscriptionStartTrigger: 'activation', notes: 'm' })
    expect(await events(id)).toEqual([
      'license.created',
      'license.subscription.updated',
      'license.updated',
      'license.updated',
      'license.subscription.updated',
    ])
  })

  test('a deleted license stays known to the revocation list, also when it was deleted twice under one id', async () => {
    const id = newId()
    for (let n = 0; n < 2; n += 1) {
      await create({ id })
      expect((await v3(`/v3/licenses/${id}`, { token, method: 'DELETE' })).status).toBe(204)
    }
    const gone = await db().select().from(deletedLicenses).where(eq(deletedLicenses.accountId, accountId))
    expect(gone).toMatchObject([{ id, productId: product.id }])
  })
})

describe('my licenses', () => {
  test('are those I own, those that name me, and those shown to my user groups; nobody else sees them', async () => {
    const refs = await surroundings(accountId, product.id)
    const owned = await create({ userId: customer.id, additionalUserIds: [customer.id] })
    const named = await create({ additionalUserIds: [customer.id] })
    const shown = await create({ organizationId: refs.organizationId, userGroupIds: refs.userGroupIds })
    await create({ organizationId: refs.organizationId })
    await db()
      .insert(organizationUserGroupMembers)
      .values({ accountId, userGroupId: refs.userGroupIds[0] ?? '', userId: customer.id })
    expect((await mine()).map(({ id, owned: isOwned }) => [id, isOwned])).toEqual([
      [owned.id, true],
      [named.id, false],
      [shown.id, false],
    ])
    expect((await mine('limit=1&page=2')).map(({ id }) => id)).toEqual([named.id])
    const one = await v3(`/v3/me/licenses/${shown.id}`, { token: customer.token })
    expect(bodyOf(one, MyLicenseDto).key).toBe(shown.key)

    const stranger = await makeCustomer(accountId)
    expect(await mine('', stranger)).toEqual([])
    expect((await v3(`/v3/me/licenses/${named.id}`, { token: stranger.token })).status).toBe(404)
    await patch(named.id, { additionalUserIds: [] })
    await patch(shown.id, { userGroupIds: [] })
    expect((await mine()).map(({ id }) => id)).toEqual([owned.id])
  })

  test('a user who is deleted is named by no license any more', async () => {
    const other = await makeCustomer(accountId)
    const { id } = await create({ additionalUserIds: [other.id, customer.id] })
    const userToken = await makeMachineToken(accountId, 'user:write')
    const gone = await v3(`/v3/users/${customer.id}`, { token: userToken, method: 'DELETE' })
    expect(gone.status).toBe(204)
    expect((await read(id)).additionalUserIds).toEqual([other.id])
  })

  test('show the counters and metadata that their user may see, the version and what they allow', async () => {
    const refs = await surroundings(accountId, product.id)
    await v3('/v3/features', { token, body: { name: 'export', displayName: 'Export' } })
    await create({
      userId: customer.id,
      productVersionId: refs.productVersionId,
      entitlements: [{ name: 'export', value: 'pdf' }],
      meterAttributes: [
        { name: 'seen', allowedUses: 3, viewPermissions: ['user'] },
        { name: 'hidden', allowedUses: 3, viewPermissions: ['activation'] },
      ],
      metadata: [
        { key: 'seen', value: '1', viewPermissions: ['user'] },
        { key: 'hidden', value: '2' },
      ],
    })
    expect(await mine()).toMatchObject([
      {
        productVersion: { displayName: 'V' },
        meterAttributes: [{ name: 'seen', allowedUses: 3, totalUses: 0, grossUses: 0, floating: false }],
        metadata: [{ key: 'seen', value: '1' }],
        entitlements: [{ featureName: 'export', featureDisplayName: 'Export', value: 'pdf' }],
      },
    ])
  })

  test('are filtered by product, and by the release that they are good for as releases themselves say', async () => {
    const at = new Date('2026-03-01T00:00:00Z')
    const versions = ['1.0', '1.4.9', '2.0', '2.1', '2.1.7', '2.1.7.3', '3.0']
    const made = versions.map((version, n) => ({
      accountId,
      id: newId(),
      productId: product.id,
      name: version,
      channel: 'stable',
      version,
      versionParts: parseVersion(version) ?? [],
      platforms: ['linux'],
      publishedAt: n === 0 ? null : new Date(at.getTime() + n * 86_400_000),
      createdAt: at,
      updatedAt: at,
    }))
    await db().insert(releases).values(made)
    const owned = { userId: customer.id }
    for (const maxAllowedReleaseVersion of ['', '1.4', '2.1', '2.1.7', '2.1.7.2', '9.0.0.0']) {
      await makeLicenseOf(accountId, product, { ...owned, maxAllowedReleaseVersion })
      const maintenanceExpiresAt = new Date(at.getTime() + 3 * 86_400_000)
      await makeLicenseOf(accountId, product, { ...owned, maxAllowedReleaseVersion, maintenanceExpiresAt })
    }
    const other = await makeSignedProduct(accountId)
    await makeLicenseOf(accountId, other, owned)
    const rows = await db().select().from(licenses).where(eq(licenses.userId, customer.id))
    for (const release of made) {
      const good = rows
        .filter((row) => releaseRefusal({ ...row, status: 'ACTIVE' }, release) === null)
        .map(({ id }) => id)
      expect((await mine(`releaseId=${release.id}&limit=100`)).map(({ id }) => id).sort()).toEqual(
        good.sort(),
      )
    }
    expect(await mine(`productId=${other.id}`)).toHaveLength(1)
    expect(await mine(`releaseId=${newId()}`)).toEqual([])
  })
})
