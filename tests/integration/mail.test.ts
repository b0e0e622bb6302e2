import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { databaseUrl, db } from '#db/client.ts'
import { mails } from '#db/schema/mail.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import { authorize } from '#lib/core/authorize.ts'
import { env, overrideEnv } from '#lib/core/env.ts'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'
import { getMail } from '#lib/mail/get-mail.ts'
import { listMails } from '#lib/mail/list-mails.ts'
import type { MailProps } from '#lib/mail/mail-props.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import { sendDueMail } from '#lib/mail/send-due-mail.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { contextFor, operatorActor, systemActor, testClock } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { type SmtpServer, startSmtpServer } from '#tests/helpers/smtp-server.ts'
import { buildMail } from '../../scripts/build-mail.mjs'

let accountId: string
let smtp: SmtpServer

setUpTestDatabase({ env: { PUBLIC_URL: 'https://portal.example' } })
beforeAll(async () => {
  accountId = (await makeAccount({ name: 'Acme & Söhne' })).id
  smtp = await startSmtpServer()
  await buildMail()
})
afterAll(() => smtp.close())
afterEach(async () => {
  overrideEnv({ SMTP_URL: undefined, DATABASE_URL: undefined, BILLING_MODE: undefined })
  smtp.received.length = 0
  smtp.refusals.length = 0
  await db().delete(mails)
})

const clock = testClock()
const system = () => authorize(contextFor(systemActor(), { accountId, clock }), 'system:work')
const operator = () => authorize(contextFor(operatorActor(), { accountId, clock }), 'mail:read')

const PROPS: MailProps['license-key'] = {
  firstName: 'Ada',
  productName: 'Drawing Board',
  licenseKey: 'K3Y-SECRET-0001-AAAA',
  licenseId: '01890000-0000-7000-8000-000000000001',
}

function queue(to = 'ada@example.com', props = PROPS, id?: string): Promise<string> {
  return inTransaction(system(), (tx) =>
    queueMail(tx, { template: 'license-key', to, props, ...(id && { id }) }),
  )
}

async function row(id: string) {
  const [mail] = await db().select().from(mails).where(eq(mails.id, id))
  if (!mail) throw new Error('no mail')
  return mail
}

test('a mail exists if and only if its cause is committed, and so does its job', async () => {
  const failing = inTransaction(system(), async (tx) => {
    await queueMail(tx, { template: 'welcome', to: 'ada@example.com', props: { firstName: 'Ada' } })
    throw new Error('the cause failed')
  })
  await expect(failing).rejects.toThrow('the cause failed')
  expect(await db().$count(mails)).toBe(0)
  await expect(
    queueMail(system(), { template: 'welcome', to: 'ada@example.com', props: { firstName: 'Ada' } }),
  ).rejects.toThrow('outside a transaction')
  expect(await db().$count(mails)).toBe(0)
})

test('a mail with an id of its own is written once, however often it is asked for', async () => {
  const id = '01890000-0000-7000-8000-00000000000f'
  await queue('ada@example.com', PROPS, id)
  await queue('eve@example.com', PROPS, id)
  expect(await db().$count(mails)).toBe(1)
  expect((await getMail(operator(), id)).to).toBe('ada@example.com')
})

test('without SMTP in embedded mode a mail is kept, sealed, for the mailbox', async () => {
  const id = await queue()
  await sendDueMail(system(), id)
  const stored = await row(id)
  expect(stored.state).toBe('sent')
  expect(JSON.stringify(stored)).not.toMatch(/ada@example|K3Y-SECRET|Drawing Board/)
  const mail = await getMail(operator(), id)
  expect(mail).toMatchObject({ subject: 'Your license key for Drawing Board', to: 'ada@example.com' })
  expect(mail.text).toContain('K3Y-SECRET-0001-AAAA')
  expect(mail.text).toContain('https://portal.example/me/licenses/01890000-0000-7000-8000-000000000001')
  expect(mail.html).toContain('Acme &amp; Söhne')
  const page = await listMails(operator(), FIRST_PAGE)
  expect(page.items).toMatchObject([{ id, state: 'sent', subject: 'Your license key for Drawing Board' }])
  expect(JSON.stringify(page.items)).not.toContain('K3Y-SECRET')
})

test('names of people and products are text in the mail, never markup', async () => {
  const id = await queue('ada@example.com', {
    ...PROPS,
    firstName: '<img src=x onerror=alert(1)>',
    productName: 'A<b>',
  })
  await sendDueMail(system(), id)
  const mail = await getMail(operator(), id)
  expect(mail.html).not.toContain('<img src=x')
  expect(mail.html).not.toContain('<b>')
})

test('over SMTP the mail arrives with both bodies and is not kept a second time', async () => {
  overrideEnv({ SMTP_URL: smtp.url })
  const id = await queue()
  await sendDueMail(system(), id)
  const [received] = smtp.received
  expect(received?.to).toEqual(['ada@example.com'])
  expect(received?.source).toContain('Subject: Your license key for Drawing Board')
  expect(received?.source).toContain(`Message-ID: <${id}@portal.example>`)
  expect(received?.source).toContain('text/plain')
  expect(received?.source).toContain('text/html')
  expect(received?.source).toContain('K3Y-SECRET-0001-AAAA')
  expect(await row(id)).toMatchObject({ state: 'sent', sealedContent: null, attempts: 1 })
  expect(await getMail(operator(), id)).toMatchObject({ html: null, subject: null })
})

test('line breaks in a name cannot add headers to the mail', async () => {
  overrideEnv({ SMTP_URL: smtp.url })
  await sendDueMail(
    system(),
    await queue('ada@example.com', { ...PROPS, productName: 'X\r\nBcc: eve@example.com' }),
  )
  expect(smtp.received[0]?.to).toEqual(['ada@example.com'])
  const [headers] = smtp.received[0]?.source.split('\n\n') ?? []
  expect(headers).toContain('Subject: Your license key for X Bcc: eve@example.com')
  expect(headers).not.toMatch(/^Bcc:/im)
})

test('two workers with the same job send the mail once', async () => {
  overrideEnv({ SMTP_URL: smtp.url })
  const id = await queue()
  await Promise.all(Array.from({ length: 5 }, () => sendDueMail(system(), id)))
  expect(smtp.received).toHaveLength(1)
})

test('a refused mail is tried again later, at growing distances, and the reason names no address', async () => {
  overrideEnv({ SMTP_URL: smtp.url })
  smtp.refusals.push('450 ada@example.com is busy', '450 ada@example.com is busy')
  const id = await queue()
  await sendDueMail(system(), id)
  const first = await row(id)
  expect(first).toMatchObject({ state: 'due', attempts: 1, lastError: 'EENVELOPE 450' })
  const wait = first.dueAt.getTime() - clock.now().getTime()
  expect(wait).toBeGreaterThan(3_000)
  expect(wait).toBeLessThanOrEqual(5_000)
  await sendDueMail(system(), id)
  expect((await row(id)).attempts).toBe(1)
  clock.advance({ seconds: 6 })
  await sendDueMail(system(), id)
  expect((await row(id)).attempts).toBe(2)
  clock.advance({ seconds: 11 })
  await sendDueMail(system(), id)
  expect(await row(id)).toMatchObject({ state: 'sent', attempts: 3, lastError: null })
  expect(smtp.received).toHaveLength(1)
})

test('a mail that cannot be sent for three days has failed, and stays visible', async () => {
  overrideEnv({ SMTP_URL: 'smtp://127.0.0.1:1' })
  const id = await queue()
  for (let hours = 0; hours < 80 && (await row(id)).state === 'due'; hours += 7) {
    await sendDueMail(system(), id)
    clock.advance({ hours: 7 })
  }
  expect(await row(id)).toMatchObject({ state: 'failed', lastError: 'ESOCKET' })
})

test('outside embedded mode a mail without SMTP_URL is no mail sent', async () => {
  overrideEnv({ DATABASE_URL: databaseUrl(), BILLING_MODE: 'off' })
  expect(env().embedded).toBe(false)
  const id = await queue()
  await sendDueMail(system(), id)
  expect(await row(id)).toMatchObject({ state: 'due', attempts: 1, sealedContent: null })
})

test('the mailbox of another account shows nothing', async () => {
  const id = await queue()
  const other = await makeAccount()
  const stranger = authorize(contextFor(operatorActor(), { accountId: other.id, clock }), 'mail:read')
  await expect(getMail(stranger, id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect((await listMails(stranger, FIRST_PAGE)).total).toBe(0)
})
