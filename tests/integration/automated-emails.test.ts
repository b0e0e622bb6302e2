import { Resolver } from 'node:dns/promises'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { mails } from '#db/schema/mail.ts'
import { automatedEmails, sendingDomains } from '#db/schema/webhooks.ts'
import { AutomatedEmailDto } from '#lib/announce/automated-emails/automated-email-dto.ts'
import { AutomatedEmailLogDto } from '#lib/announce/automated-emails/list-automated-email-logs.ts'
import { SendingDomainDto } from '#lib/announce/sending-domains/sending-domain-dto.ts'
import { verifySendingDomain } from '#lib/announce/sending-domains/verify-sending-domain.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import { authorize } from '#lib/core/authorize.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { updateLicense } from '#lib/licensing/licenses/update-license.ts'
import { sendDueMail } from '#lib/mail/send-due-mail.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { proveAddress } from '#tests/factories/proved-address.ts'
import { contextFor, operatorActor, systemActor, testClock } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { type NameServer, startNameServer } from '#tests/helpers/name-server.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { type SmtpServer, startSmtpServer } from '#tests/helpers/smtp-server.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'
import { buildMail } from '../../scripts/build-mail.mjs'

let smtp: SmtpServer
let names: NameServer
let accountId: string
let token: string
let customer: { id: string; email: string }
let product: { id: string; licenseTemplateId: string }
let license: { id: string; key: string }

setUpTestDatabase({
  env: { PUBLIC_URL: 'https://portal.example', MAIL_FROM: 'Acme <licenses@acme.example>' },
})
beforeAll(async () => {
  smtp = await startSmtpServer()
  names = await startNameServer()
  overrideEnv({ SMTP_URL: smtp.url })
  await buildMail()
})
afterAll(async () => {
  await smtp.close()
  await names.close()
})
beforeEach(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'automatedEmail:read', 'automatedEmail:write')
  customer = await makeCustomer(accountId, { firstName: 'Ada <b>', lastName: 'Lovelace' })
  product = await makeSignedProduct(accountId)
  license = await makeLicenseOf(accountId, product, { userId: customer.id })
})
afterEach(() => {
  smtp.received.length = 0
  names.txt.clear()
})

const clock = testClock()
const operator = () => contextFor(operatorActor(), { accountId, clock })
const change = (notes = 'x', id = license.id) =>
  updateLicense(authorize(operator(), 'license:write'), id, { notes })
const outbox = () => db().select().from(mails).where(eq(mails.accountId, accountId))
const sendAll = async () => {
  const ctx = authorize(contextFor(systemActor(), { accountId, clock }), 'system:work')
  for (const { id } of await outbox()) await sendDueMail(ctx, id)
}
const log = async (query = '') =>
  bodyOf(await v3(`/v3/automated-email-event-logs${query}`, { token }), z.array(AutomatedEmailLogDto))

const BODY = {
  name: 'Changed',
  fromName: 'Acme Licensing',
  fromEmail: 'hello@acme.example',
  subject: 'Your {{ product.displayName }} license',
  body: '<p>Hello {{ user.firstName }}, your key is {{ license.key }}.</p>',
  event: 'license.updated',
  enabled: true,
  custom: true,
}
const post = (fields: Record<string, unknown> = {}, path = 'automated-emails') =>
  v3(`/v3/${path}`, { token, body: { ...BODY, ...fields } })
const create = async (fields: Record<string, unknown> = {}) =>
  bodyOf(await post(fields), AutomatedEmailDto, 201)
const mailCount = () => db().$count(automatedEmails, eq(automatedEmails.accountId, accountId))

describe('an automated mail', () => {
  test('goes to the license’s owner, with copies and reply-to, with everything a variable holds escaped', async () => {
    const mail = await create({
      cc: 'sales@acme.example',
      bcc: 'archive@acme.example',
      replyTo: 'help@acme.example',
    })
    await proveAddress(accountId, customer, { clock })
    await sendAll()
    smtp.received.length = 0
    await change()
    await sendAll()
    const [sent] = smtp.received
    expect(sent?.to.sort()).toEqual([customer.email, 'archive@acme.example', 'sales@acme.example'].sort())
    expect(sent?.source).toContain('From: Acme Licensing <hello@acme.example>')
    expect(sent?.source).toContain('Reply-To: help@acme.example')
    expect(sent?.source).toContain('Subject: Your Drawing Board license')
    expect(sent?.source).not.toContain('archive@')
    const text = sent?.source.replaceAll('=\n', '') ?? ''
    expect(text).toContain(`Hello Ada &lt;b&gt;, your key is ${license.key}.`)
    expect(text).not.toContain('<p>Hello Ada <b>')
    const { body } = await v3(`/v3/automated-emails/${mail.id}`, { token })
    expect(body).toMatchObject({ sent: 1 })
    expect(await log(`?automatedEmailId=${mail.id}&event=license.updated`)).toMatchObject([
      { status: 'sent', resourceId: license.id, error: null },
    ])
  })

  test('exists if and only if its cause is committed', async () => {
    await create()
    const failing = inTransaction(authorize(operator(), 'license:write'), async (tx) => {
      await updateLicense(tx, license.id, { notes: 'never' })
      throw new Error('the cause failed')
    })
    await expect(failing).rejects.toThrow('the cause failed')
    expect(await outbox()).toEqual([])
    expect(await log()).toEqual([])
  })

  test('is not sent when it is switched off, for another event, another product or another account', async () => {
    await create({ enabled: false })
    await create({ name: 'B', event: 'license.created' })
    await create({ name: 'C', productIds: [(await makeSignedProduct(accountId)).id] })
    const foreign = (await makeAccount()).id
    const theirs = await makeMachineToken(foreign, 'automatedEmail:write')
    await v3('/v3/automated-emails', { token: theirs, body: BODY })
    await change()
    expect(await db().$count(mails, eq(mails.accountId, accountId))).toBe(0)
    expect(await db().$count(mails, eq(mails.accountId, foreign))).toBe(0)
    await create({ name: 'D', productIds: [product.id] })
    await change()
    expect(await outbox()).toHaveLength(1)
  })

  test('for a license without an owner is written down as not sent', async () => {
    await create()
    await change('x', (await makeLicenseOf(accountId, product)).id)
    expect(await outbox()).toEqual([])
    expect(await log()).toMatchObject([
      { status: 'not-sent', mailId: null, error: 'There is nobody to write to.' },
    ])
  })

  test('whose template an actual license breaks fails at once, is told to operators, and harms nobody’s change', async () => {
    const mail = await create()
    await db()
      .update(automatedEmails)
      .set({ body: '{{ license.key | no_such_filter }}' })
      .where(eq(automatedEmails.id, mail.id))
    await change('kept')
    await sendAll()
    expect(smtp.received).toEqual([])
    expect(await log()).toMatchObject([
      { status: 'failed', attempts: 1, error: expect.stringContaining('no_such_filter') },
    ])
  })

  test('holds nothing readable in the database while it waits', async () => {
    await create()
    await change()
    const stored = JSON.stringify(await outbox())
    expect(stored).not.toContain(license.key)
    expect(stored).not.toContain(customer.email)
  })

  test('is made, read, listed, changed and deleted, under its old name too', async () => {
    const made = await create()
    expect(made).toMatchObject({ ...BODY, cc: '', bcc: '', replyTo: '', productIds: [], sent: 0 })
    expect((await v3(`/v3/email-templates/${made.id}`, { token })).body).toEqual(made)
    expect((await v3('/v3/email-templates?event=license.updated', { token })).body).toEqual([made])
    expect((await v3('/v3/automated-emails?event[in]=', { token })).body).toEqual([])
    const patch = { method: 'PATCH' as const, token, body: { enabled: false, custom: true, cc: null } }
    expect((await v3(`/v3/email-templates/${made.id}`, patch)).body).toMatchObject({
      ...BODY,
      enabled: false,
    })
    expect((await post()).body).toMatchObject({ code: 'CONFLICT' })
    expect((await v3(`/v3/automated-emails/${made.id}`, { method: 'DELETE', token })).status).toBe(204)
    expect((await v3(`/v3/automated-emails/${made.id}`, { token })).status).toBe(404)
  })

  test.each([
    ['fromEmail', { fromEmail: 'ceo@somebody-else.example' }],
    ['event', { event: 'product.created' }],
    ['event', { event: 'session.revoked' }],
    ['subject', { subject: 'x\r\nBcc: all@example.com' }],
    ['subject', { subject: '{{ license.nothing }}' }],
    ['body', { body: '{{ license.key' }],
    ['body', { body: '{{ license.kee }}' }],
    ['body', { body: '{{ license.key | shout }}' }],
    ['body', { body: '{% include "/etc/passwd" %}' }],
    ['body', { body: '{% render "/etc/passwd" %}' }],
    ['body', { body: '{% layout "/etc/passwd" %}' }],
    ['body', { body: '{% for i in (1..100000000) %}x{% endfor %}' }],
    ['body', { body: '{{ license.constructor.constructor }}' }],
    ['cc', { cc: 'nobody' }],
    ['replyTo', { replyTo: 'a@b' }],
  ])('with a wrong %s is refused by name of the field: %o', async (field, fields) => {
    const { status, body } = await post(fields)
    expect([status, body]).toMatchObject([
      400,
      { code: 'INVALID_INPUT', fields: { [field]: expect.any(String) } },
    ])
    expect(await mailCount()).toBe(0)
    const trail = await db().select().from(eventLogs).where(eq(eventLogs.accountId, accountId))
    expect(trail.filter(({ event }) => event.startsWith('automated-email'))).toEqual([])
  })

  test('formats dates and numbers', async () => {
    const body =
      '{{ license.createdAt | format_date }}|{{ license.createdAt | format_date: "dd MMM yyyy" }}|' +
      '{{ license.createdAt | format_date: "long", "de" }}|{{ 1234.5 | format_number: 2 }}|{{ 1234567 | format_number }}|' +
      '{% if license.organization %}org{% else %}none{% endif %}|{{ "<i>" | raw }}'
    const { id } = await create({ body })
    const preview = await v3(`/v3/automated-emails/${id}/preview`, { token })
    expect(preview.body).toMatchObject({
      subject: 'Your Drawing Board license',
      body: expect.stringMatching(
        /^January 31, 2027\|31 Jan 2027\|31. Januar 2027\|1,234.50\|1,234,567\|(org|none)\|<i>$/,
      ),
    })
    const unsaved = { subject: 'New', body: '{{ user.email }}' }
    const posted = await v3(`/v3/automated-emails/${id}/preview`, { token, body: unsaved })
    expect(posted.body).toEqual({ subject: 'New', body: 'ada@example.com' })
  })

  test('is tried out on one address, without copies, and not counted', async () => {
    const { id } = await create({ cc: 'sales@acme.example' })
    const { status } = await v3(`/v3/automated-emails/${id}/test`, {
      token,
      body: { email: 'me@acme.example' },
    })
    expect(status).toBe(202)
    clock.set(new Date())
    await sendAll()
    expect(smtp.received.map(({ to }) => to)).toEqual([['me@acme.example']])
    expect((await v3(`/v3/automated-emails/${id}`, { token })).body).toMatchObject({ sent: 0 })
  })

  test('is sent again as it was, once it left; not while it is on its way, nor without a mail', async () => {
    await create()
    await change()
    const [line] = await log()
    const again = (id = line?.id) =>
      v3(`/v3/automated-email-event-logs/${id}/resend`, { method: 'POST', token })
    expect((await again()).body).toMatchObject({ code: 'CONFLICT' })
    await sendAll()
    expect(smtp.received).toHaveLength(1)
    expect((await again()).status).toBe(202)
    clock.set(new Date())
    await sendAll()
    expect(smtp.received.map(({ to }) => to)).toEqual([[customer.email], [customer.email]])
    await change('x', (await makeLicenseOf(accountId, product)).id)
    const unsent = (await log()).find(({ status }) => status === 'not-sent')
    expect((await again(unsent?.id)).body).toMatchObject({ code: 'CONFLICT' })
    const stranger = await makeMachineToken((await makeAccount()).id, 'automatedEmail:write')
    const theirs = { method: 'POST' as const, token: stranger }
    expect((await v3(`/v3/automated-email-event-logs/${line?.id}/resend`, theirs)).status).toBe(404)
    expect(smtp.received).toHaveLength(2)
  })

  test('of another account is not there, and needs its scope', async () => {
    const { id } = await create()
    const stranger = await makeMachineToken(
      (await makeAccount()).id,
      'automatedEmail:read',
      'automatedEmail:write',
    )
    const answers = [
      await v3(`/v3/automated-emails/${id}`, { token: stranger }),
      await v3(`/v3/automated-emails/${id}`, { method: 'PATCH', token: stranger, body: { enabled: false } }),
      await v3(`/v3/automated-emails/${id}`, { method: 'DELETE', token: stranger }),
      await v3(`/v3/automated-emails/${id}/preview`, { token: stranger }),
      await v3(`/v3/automated-emails/${id}/test`, { token: stranger, body: { email: 'me@acme.example' } }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
    expect((await v3('/v3/automated-emails', { token: stranger })).body).toEqual([])
    const other = await makeMachineToken(accountId, 'webhook:read')
    expect((await v3('/v3/automated-emails', { token: other })).status).toBe(403)
    expect(await outbox()).toEqual([])
  })
})

describe('a sending domain', () => {
  const add = async (domain = 'Mail.Vendor.Example.') =>
    bodyOf(await v3('/v3/sending-domains', { token, body: { domain } }), SendingDomainDto, 201)
  const resolver = () => {
    const dns = new Resolver({ timeout: 1000, tries: 1 })
    dns.setServers([names.address])
    return dns
  }
  const verify = (id: string) =>
    verifySendingDomain(authorize(operator(), 'automatedEmail:write'), id, resolver())

  test('counts once its DNS holds the proof: not without a record, not with another’s', async () => {
    const domain = await add()
    expect(domain).toMatchObject({
      domain: 'mail.vendor.example',
      verified: false,
      dnsRecord: { type: 'TXT', name: '_latchkey.mail.vendor.example' },
    })
    const { name, value } = domain.dnsRecord
    expect(await refusalOf(verify(domain.id))).toMatchObject({ code: 'CONFLICT' })
    names.txt.set(name, [['latchkey-verification=of-somebody-else'], ['v=spf1 -all']])
    expect(await refusalOf(verify(domain.id))).toMatchObject({ code: 'CONFLICT' })
    expect((await post({ fromEmail: 'hi@mail.vendor.example' })).status).toBe(400)
    expect(await mailCount()).toBe(0)

    // A long record comes in pieces.
    names.txt.set(name, [['v=spf1 -all'], [value.slice(0, 20), value.slice(20)]])
    expect(await verify(domain.id)).toMatchObject({ verified: true, verifiedAt: clock.now().toISOString() })
    expect(names.asked).toContain(name)
    await create({ fromEmail: 'hi@MAIL.vendor.example' })
    await change()
    await sendAll()
    expect(smtp.received[0]?.source).toContain('From: Acme Licensing <hi@mail.vendor.example>')
  })

  test('that mails come from can be neither removed nor renamed; once it is gone they come from the installation’s own address', async () => {
    const { id, dnsRecord } = await add('vendor.example')
    names.txt.set(dnsRecord.name, [[dnsRecord.value]])
    await verify(id)
    await create({ fromEmail: 'hi@vendor.example' })
    const remove = () => v3(`/v3/sending-domains/${id}`, { method: 'DELETE', token })
    const rename = { method: 'PATCH' as const, token, body: { domain: 'other.example' } }
    expect((await remove()).body).toMatchObject({ code: 'IN_USE' })
    expect((await v3(`/v3/sending-domains/${id}`, rename)).body).toMatchObject({ code: 'IN_USE' })
    await change()
    await db().update(sendingDomains).set({ verifiedAt: null }).where(eq(sendingDomains.id, id))
    await sendAll()
    expect(smtp.received[0]?.source).toContain('From: Acme Licensing <licenses@acme.example>')
    await db().execute(sql`delete from automated_emails where account_id = ${accountId}`)
    expect((await v3(`/v3/sending-domains/${id}`, rename)).body).toMatchObject({
      domain: 'other.example',
      verified: false,
    })
    expect((await remove()).status).toBe(204)
  })

  test('is in the list once, and is no other account’s', async () => {
    const { id } = await add('vendor.example')
    expect(
      (await v3('/v3/sending-domains', { token, body: { domain: 'VENDOR.example' } })).body,
    ).toMatchObject({
      code: 'CONFLICT',
    })
    expect((await v3('/v3/sending-domains', { token, body: { domain: 'no domain' } })).status).toBe(400)
    const stranger = await makeMachineToken(
      (await makeAccount()).id,
      'automatedEmail:read',
      'automatedEmail:write',
    )
    expect((await v3(`/v3/sending-domains/${id}`, { token: stranger })).status).toBe(404)
    expect((await v3(`/v3/sending-domains/${id}/verify`, { method: 'POST', token: stranger })).status).toBe(
      404,
    )
    expect((await v3('/v3/sending-domains', { token: stranger })).body).toEqual([])
    expect(await db().$count(sendingDomains, eq(sendingDomains.accountId, accountId))).toBe(1)
  })
})
