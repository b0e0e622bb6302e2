import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { licenses } from '#db/schema/licenses.ts'
import { mails } from '#db/schema/mail.ts'
import { users } from '#db/schema/users.ts'
import { issueAccessToken } from '#lib/access/tokens/issue-access-token.ts'
import { revokeUserSession } from '#lib/access/tokens/revoke-user-session.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import { authorize } from '#lib/core/authorize.ts'
import { open } from '#lib/core/crypto/seal.ts'
import { createLicenseByHand, NewLicenseByHand } from '#lib/licensing/licenses/create-license-by-hand.ts'
import { getLicense } from '#lib/licensing/licenses/get-license.ts'
import { MoveLicense, moveLicense } from '#lib/licensing/licenses/move-license.ts'
import { resendLicenseKey } from '#lib/licensing/licenses/resend-license-key.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { createUserByHand, NewUserByHand } from '#lib/people/users/create-user-by-hand.ts'
import { listUserSessions } from '#lib/people/users/list-user-sessions.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeSignedProduct } from '#tests/factories/licensed.ts'
import { makeUser } from '#tests/factories/user.ts'
import { contextFor, operatorActor, type TestContext } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

let accountId: string
let productId: string
let ctx: TestContext

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  productId = (await makeSignedProduct(accountId)).id
  ctx = contextFor(operatorActor(), { accountId })
})

const writing = () => authorize(ctx, 'license:write')
/** Confirmed: nobody in this file has proved their address. */
const byHand = (input: { email: string; [field: string]: unknown }) =>
  createLicenseByHand(
    writing(),
    NewLicenseByHand.parse({
      productId,
      reason: 'free',
      notes: '',
      confirmUnproved: input.email,
      ...input,
    }),
  )

async function mailsSent() {
  const rows = await db().select().from(mails).where(eq(mails.accountId, accountId))
  return rows.map((row) => ({
    template: row.template,
    to: open('mail', row.sealedTo, row.id),
    props: JSON.parse(open('mail', row.sealedProps, row.id)),
  }))
}

const countOf = (table: typeof licenses | typeof users | typeof mails) =>
  db().$count(table, eq(table.accountId, accountId))

describe('a license made by hand', () => {
  test('belongs to the user with that address, in any spelling, and its key is mailed', async () => {
    const user = await makeUser(accountId, { email: 'grace@example.com' })

    const license = await byHand({
      email: ' GRACE@Example.com',
      mail: 'on',
      reason: 'paid-elsewhere',
      notes: 'INV-7',
    })

    expect(license.user?.id).toBe(user.id)
    expect(license.notes).toBe('Paid elsewhere.\nINV-7')
    expect(await mailsSent()).toEqual([
      {
        template: 'license-key',
        to: 'grace@example.com',
        props: expect.objectContaining({ licenseKey: license.key, licenseId: license.id }),
      },
    ])
  })

  test('is mailed only if asked for', async () => {
    await makeUser(accountId, { email: 'grace@example.com' })
    await byHand({ email: 'grace@example.com' })
    expect(await mailsSent()).toEqual([])
  })

  test('makes the user if asked to, in the same transaction', async () => {
    const license = await byHand({ email: 'new@example.com', createUser: 'on' })
    expect(license.user).toMatchObject({ email: 'new@example.com' })
    const events = await db().select().from(eventLogs).where(eq(eventLogs.accountId, accountId))
    expect(events.map(({ event }) => event)).toEqual(['user.created', 'license.created'])
  })

  test('for an unknown address is refused, naming the field, and nothing is written', async () => {
    await expect(byHand({ email: 'new@example.com', mail: 'on' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: { email: expect.any(String) },
    })
    await expect(
      byHand({ email: 'new@example.com', createUser: 'on', productId: crypto.randomUUID() }),
    ).rejects.toMatchObject({ fields: { productId: expect.any(String) } })
    expect([await countOf(licenses), await countOf(users), await countOf(mails)]).toEqual([0, 0, 0])
  })

  test('for a banned user is refused and nothing is written', async () => {
    const user = await makeUser(accountId, { email: 'grace@example.com' })
    await banUser(authorize(ctx, 'user:ban'), { id: user.id, reason: 'fraud' })
    await expect(byHand({ email: 'grace@example.com', mail: 'on' })).rejects.toMatchObject({
      code: 'USER_BANNED',
    })
    expect([await countOf(licenses), await countOf(mails)]).toEqual([0, 0])
  })

  test('makes no user for an operator who may not, and no license either', async () => {
    ctx = contextFor(operatorActor(['license:write']), { accountId })
    await expect(byHand({ email: 'new@example.com', createUser: 'on' })).rejects.toMatchObject({
      code: 'INSUFFICIENT_SCOPE',
    })
    expect([await countOf(licenses), await countOf(users)]).toEqual([0, 0])
  })
})

describe('moving a license', () => {
  test('gives it to the other user and mails them the key', async () => {
    await makeUser(accountId, { email: 'grace@example.com' })
    const ada = await makeUser(accountId, { email: 'ada@example.com' })
    const { id, key } = await byHand({ email: 'grace@example.com' })

    await moveLicense(
      writing(),
      MoveLicense.parse({
        id,
        email: 'ada@example.com',
        confirmUnproved: 'ada@example.com',
        mail: 'on',
      }),
    )

    expect((await getLicense(authorize(ctx, 'license:read'), id)).user?.id).toBe(ada.id)
    expect(await mailsSent()).toMatchObject([{ to: 'ada@example.com', props: { licenseKey: key } }])
  })

  test('to nobody, or to somebody banned, changes nothing', async () => {
    const grace = await makeUser(accountId, { email: 'grace@example.com' })
    const ada = await makeUser(accountId, { email: 'ada@example.com' })
    await banUser(authorize(ctx, 'user:ban'), { id: ada.id, reason: 'fraud' })
    const { id } = await byHand({ email: 'grace@example.com' })
    const move = (email: string) => moveLicense(writing(), MoveLicense.parse({ id, email, mail: 'on' }))

    await expect(move('nobody@example.com')).rejects.toMatchObject({ fields: { email: expect.any(String) } })
    await expect(move('ada@example.com')).rejects.toMatchObject({ code: 'USER_BANNED' })

    expect((await getLicense(authorize(ctx, 'license:read'), id)).user?.id).toBe(grace.id)
    expect(await countOf(mails)).toBe(0)
  })

  test('of another account is not found', async () => {
    await makeUser(accountId, { email: 'grace@example.com' })
    const { id } = await byHand({ email: 'grace@example.com' })
    const foreignAccount = (await makeAccount()).id
    const foreign = contextFor(operatorActor(), { accountId: foreignAccount })
    await makeUser(foreignAccount, { email: 'eve@example.com' })
    await expect(
      moveLicense(
        authorize(foreign, 'license:write'),
        MoveLicense.parse({
          id,
          email: 'eve@example.com',
          confirmUnproved: 'eve@example.com',
        }),
      ),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('resending a key', () => {
  test('mails it to the owner and is audited without the key', async () => {
    await makeUser(accountId, { email: 'grace@example.com' })
    const { id, key } = await byHand({ email: 'grace@example.com' })
    await resendLicenseKey(writing(), id)
    expect(await mailsSent()).toMatchObject([{ to: 'grace@example.com', props: { licenseKey: key } }])
    const events = await db().select().from(eventLogs).where(eq(eventLogs.accountId, accountId))
    expect(events.at(-1)).toMatchObject({ event: 'license.key-mailed', resourceId: id })
    expect(JSON.stringify(events)).not.toContain(key)
  })

  test('of a banned owner is refused and no mail is written', async () => {
    const user = await makeUser(accountId, { email: 'grace@example.com' })
    const { id } = await byHand({ email: 'grace@example.com' })
    await banUser(authorize(ctx, 'user:ban'), { id: user.id, reason: 'fraud' })
    await expect(resendLicenseKey(writing(), id)).rejects.toMatchObject({ code: 'USER_BANNED' })
    expect(await countOf(mails)).toBe(0)
  })
})

describe('a user made by hand', () => {
  const create = (input: object) =>
    createUserByHand(
      authorize(ctx, 'user:write'),
      NewUserByHand.parse({ firstName: '', lastName: '', company: '', password: '', ...input }),
    )

  test('needs an address only, and is welcomed by mail if asked for', async () => {
    await create({ email: 'quiet@example.com' })
    await create({ email: 'grace@example.com', firstName: 'Grace', welcome: 'on' })
    expect(await mailsSent()).toEqual([
      { template: 'welcome', to: 'grace@example.com', props: { firstName: '' } },
    ])
  })

  test('whose address is taken is refused, and no mail is written', async () => {
    await create({ email: 'grace@example.com' })
    await expect(create({ email: 'GRACE@example.com', welcome: 'on' })).rejects.toMatchObject({
      code: 'EMAIL_TAKEN',
    })
    expect([await countOf(users), await countOf(mails)]).toEqual([1, 0])
  })
})

test('ending a user’s session needs a live session of that very user', async () => {
  const grace = await makeUser(accountId)
  const ada = await makeUser(accountId)
  await inTransaction(ctx, (tx) =>
    issueAccessToken(tx, { userId: grace.id, signInEpoch: 0, kind: 'browser', userAgent: 'Test/1.0' }),
  )
  const sessions = () => listUserSessions(authorize(ctx, 'user:read'), { userId: grace.id })
  const [session] = await sessions()
  if (!session) throw new Error('no session')
  const end = (userId: string) =>
    revokeUserSession(authorize(ctx, 'user:write'), { userId, sessionId: session.id })

  await expect(end(ada.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await sessions()).toHaveLength(1)
  await end(grace.id)
  expect(await sessions()).toEqual([])
  await expect(end(grace.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
