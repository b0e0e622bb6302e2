import { eq } from 'drizzle-orm'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { mails } from '#db/schema/mail.ts'
import { openerForUsers, sealForUser } from '#lib/audit/user-key.ts'
import { authorize } from '#lib/core/authorize.ts'
import { open, seal } from '#lib/core/crypto/seal.ts'
import { env, overrideEnv } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { reencrypt } from '#lib/ops/key-rotation/reencrypt.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { consoleActor, contextFor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

const OLD = 'an-old-secret-of-more-than-32-characters'
const NEW = 'a-new-secret-of-more-than-32-characters!'

let original: string[]
setUpTestDatabase()
beforeAll(async () => {
  original = env().SECRET_KEY
})
afterEach(() => overrideEnv({ SECRET_KEY: original.join(',') }))

test('after reencrypt the old entry of SECRET_KEY can be dropped, and a second run finds nothing to do', async () => {
  overrideEnv({ SECRET_KEY: OLD })
  const { id: accountId } = await makeAccount()
  const at = new Date()
  const userId = newId()
  const sealedName = await sealForUser(db(), { accountId, userId, at }, 'Åsa Ödegård')
  const mailId = newId()
  await db()
    .insert(mails)
    .values({
      accountId,
      id: mailId,
      template: 'welcome',
      sealedTo: seal('mail', 'asa@example.com', mailId),
      sealedProps: seal('mail', '{}', mailId),
      state: 'due',
      dueAt: at,
      createdAt: at,
    })

  overrideEnv({ SECRET_KEY: `${NEW},${OLD}` })
  const ctx = authorize(contextFor(consoleActor, { accountId }), 'system:work')
  const first = await reencrypt(ctx)
  expect(first.rewritten).toMatchObject({
    'user_keys.sealed_key': 1,
    'mails.sealed_to': 1,
    'mails.sealed_props': 1,
  })
  expect(first).toMatchObject({ unreadable: [], needed: [] })
  expect(first.dropped).toHaveLength(1)
  expect(Object.values((await reencrypt(ctx)).rewritten).every((count) => count === 0)).toBe(true)

  overrideEnv({ SECRET_KEY: NEW })
  const [mail] = await db().select().from(mails).where(eq(mails.id, mailId))
  expect(open('mail', mail?.sealedTo ?? '', mailId)).toBe('asa@example.com')
  const openPersonal = await openerForUsers(db(), accountId, [userId])
  expect(openPersonal(userId, sealedName).text).toBe('Åsa Ödegård')
})

test('a value whose key is in no entry of SECRET_KEY is reported, and nothing is changed', async () => {
  overrideEnv({ SECRET_KEY: OLD })
  const { id: accountId } = await makeAccount()
  const mailId = newId()
  const sealedTo = seal('mail', 'asa@example.com', mailId)
  const at = new Date()
  await db()
    .insert(mails)
    .values({
      accountId,
      id: mailId,
      template: 'welcome',
      sealedTo,
      sealedProps: seal('mail', '{}', mailId),
      state: 'due',
      dueAt: at,
      createdAt: at,
    })
  overrideEnv({ SECRET_KEY: NEW })
  const ctx = authorize(contextFor(consoleActor, { accountId }), 'system:work')
  expect((await reencrypt(ctx)).unreadable).toEqual(
    expect.arrayContaining([{ table: 'mails', column: 'sealed_to', row: mailId }]),
  )
  const [mail] = await db().select().from(mails).where(eq(mails.id, mailId))
  expect(mail?.sealedTo).toBe(sealedTo)
})
