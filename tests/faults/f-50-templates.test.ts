import { setImmediate as nextTurn } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { mails } from '#db/schema/mail.ts'
import { automatedEmails } from '#db/schema/webhooks.ts'
import { AutomatedEmailDto } from '#lib/announce/automated-emails/automated-email-dto.ts'
import { AutomatedEmailLogDto } from '#lib/announce/automated-emails/list-automated-email-logs.ts'
import { authorize } from '#lib/core/authorize.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { updateLicense } from '#lib/licensing/licenses/update-license.ts'
import { sendDueMail } from '#lib/mail/send-due-mail.ts'
import {
  closeTemplates,
  FaultyTemplate,
  renderTemplate,
  SlowTemplate,
} from '#lib/mail/written/render-template.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { contextFor, operatorActor, systemActor, testClock } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { type SmtpServer, startSmtpServer } from '#tests/helpers/smtp-server.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'
import { buildMail } from '../../scripts/build-mail.mjs'

/** One condition that looks through a long list thousands of times: no tag ends in between, only the thread can be ended. */
const ENDLESS = `{% assign n = 400000 %}{% assign a = (1..n) %}{% if ${Array(5000).fill('a contains 0').join(' or ')} %}x{% endif %}`
/** Ends between two tags. */
const LOOPING =
  '{% assign r = (1..1000) %}{% for a in r %}{% for b in r %}{% for c in r %}{% endfor %}{% endfor %}{% endfor %}'
const TOO_SLOW = 'takes longer than a second to render'

/** Counts the turns of the event loop until the work is done. */
async function turnsDuring<T>(work: Promise<T>): Promise<{ turns: number; result: T }> {
  let turns = 0
  let isDone = false
  const result = work.finally(() => {
    isDone = true
  })
  while (!isDone) {
    await nextTurn()
    turns += 1
  }
  return { turns, result: await result }
}

const line = (template: string, queue = 'test') =>
  renderTemplate({ form: 'line', template, variables: {} }, queue)

afterAll(closeTemplates)

describe('the thread that renders templates', () => {
  test.each([
    ['one step that does not end', ENDLESS],
    ['loops in loops', LOOPING],
  ])(
    'F-50: %s is ended after a second; the event loop turns meanwhile and the next template is rendered',
    async (_what, template) => {
      const { turns, result } = await turnsDuring(line(template).catch((error: unknown) => error))
      expect(result).toBeInstanceOf(SlowTemplate)
      expect(turns).toBeGreaterThan(100)
      expect(await line('{{ "on" | append: "ward" }}')).toBe('onward')
    },
  )

  test.each([
    ['where_exp', '{{ (1..900) | where_exp: "i", "i == 1" | size }}', 'undefined filter: where_exp'],
    ['find_exp', '{{ (1..900) | find_exp: "i", "i == 1" }}', 'undefined filter: find_exp'],
    ['group_by_exp', '{{ (1..900) | group_by_exp: "i", "i" | size }}', 'undefined filter: group_by_exp'],
    ['has_exp', '{{ (1..900) | has_exp: "i", "i == 1" }}', 'undefined filter: has_exp'],
    ['a long range', '{{ (1..4500) | size }}', 'a range has at most 1000 entries'],
    [
      'a text written a thousand times',
      `{% for i in (1..1000) %}${'x'.repeat(5000)}{% endfor %}`,
      'limit exceeded',
    ],
    [
      'a text captured a thousand times',
      `{% capture c %}{% for i in (1..1000) %}${'x'.repeat(5000)}{% endfor %}{% endcapture %}`,
      'limit exceeded',
    ],
  ])('F-50: %s is refused at once', async (_what, template, reason) => {
    await expect(line(template)).rejects.toThrow(reason)
  })

  test('F-50: who renders slow templates waits for their own, others take turns with them', async () => {
    const done: string[] = []
    const note = (name: string) => () => done.push(name)
    const slow = ['a', 'b', 'c'].map((name) => line(ENDLESS, 'slow').then(note(name), note(name)))
    const quick = line('quick', 'another').then(note('quick'))
    await Promise.all([...slow, quick])
    expect(done).toEqual(['a', 'quick', 'b', 'c'])
  })

  test('F-50: a queue is bounded', async () => {
    const all = await Promise.allSettled(Array.from({ length: 80 }, () => line('quick', 'full')))
    const refused = all.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    expect(refused).toMatchObject(refused.map(() => ({ reason: { code: 'RATE_LIMITED' } })))
    expect(await line('quick', 'full')).toBe('quick')
  })

  const leaf = fc.constantFrom(
    '{% assign n = 90000 %}{% assign a = (1..n) %}',
    '{% assign a = a | concat: a %}',
    '{% assign a = a | append: a %}',
    '{{ a | sort | uniq | join: "," | split: "," | size }}',
    '{{ a | replace: "1", "11111" | strip_html | truncatewords: 3 }}',
    '{% if a contains 0 %}x{% endif %}',
    '{% for i in a %}.{% endfor %}',
    '{{ "2027-01-01" | format_date: "MMM dd" }}',
    'text',
  )
  const { template } = fc.letrec<{ template: string; part: string }>((tie) => ({
    part: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc
        .tuple(fc.integer({ min: 1, max: 1000 }), tie('template'))
        .map(([n, inner]) => `{% for i in (1..${n}) %}${inner}{% endfor %}`),
      tie('template').map((inner) => `{% capture a %}${inner}{% endcapture %}`),
    ),
    template: fc.array(tie('part'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  }))
  test('F-50: whatever a template says, it ends, and the event loop turns meanwhile', async () => {
    await line('warm')
    const outcomes = new Set<string>()
    await fc.assert(
      fc.asyncProperty(template, async (text) => {
        const outcome = line(`{% assign a = "ab" %}${text}`).then(
          () => 'rendered',
          (error: unknown) =>
            error instanceof SlowTemplate ? 'slow' : error instanceof FaultyTemplate ? 'faulty' : 'lost',
        )
        const { turns, result } = await turnsDuring(outcome)
        outcomes.add(result)
        expect(result).not.toBe('lost')
        expect(turns).toBeGreaterThan(0)
      }),
      { numRuns: 60, interruptAfterTimeLimit: 12_000 },
    )
    expect([...outcomes]).toContain('rendered')
    expect([...outcomes]).toContain('faulty')
  }, 40_000)
})

describe('an automated mail', () => {
  let smtp: SmtpServer
  let accountId: string
  let writer: string
  let reader: string
  const clock = testClock()

  setUpTestDatabase({
    env: { PUBLIC_URL: 'https://portal.example', MAIL_FROM: 'Acme <licenses@acme.example>' },
  })
  beforeAll(async () => {
    smtp = await startSmtpServer()
    overrideEnv({ SMTP_URL: smtp.url })
    await buildMail()
  })
  afterAll(async () => {
    await smtp.close()
  })
  beforeEach(async () => {
    accountId = (await makeAccount()).id
    writer = await makeMachineToken(accountId, 'automatedEmail:read', 'automatedEmail:write')
    reader = await makeMachineToken(accountId, 'automatedEmail:read')
  })
  afterEach(() => {
    smtp.received.length = 0
  })

  const BODY = { name: 'Changed', subject: 'Changed', body: 'Hello', event: 'license.updated' }
  const create = async (fields: Record<string, unknown> = {}) =>
    bodyOf(
      await v3('/v3/automated-emails', { token: writer, body: { ...BODY, ...fields } }),
      AutomatedEmailDto,
      201,
    )

  test('F-50: the preview of a quadratic template by a reader is answered as what it is, and others are served meanwhile', async () => {
    const { id } = await create()
    const preview = (body: Record<string, string>) =>
      v3(`/v3/automated-emails/${id}/preview`, { token: reader, body })
    const { status, body } = await preview({
      body: '{% assign a = (1..4500) %}{{ (1..4500) | where_exp: "i", "a contains 0" | size }}',
    })
    expect([status, body]).toMatchObject([
      400,
      { code: 'INVALID_INPUT', fields: { body: expect.any(String) } },
    ])

    const { turns, result } = await turnsDuring(preview({ body: ENDLESS }))
    expect(turns).toBeGreaterThan(100)
    expect([result.status, result.body]).toMatchObject([
      400,
      { code: 'INVALID_INPUT', fields: { body: TOO_SLOW } },
    ])
    expect((await preview({ subject: LOOPING })).body).toMatchObject({ fields: { subject: TOO_SLOW } })
    expect((await preview({ body: 'Hello' })).body).toEqual({ subject: 'Changed', body: 'Hello' })
  })

  test('F-50: a template that takes too long is not saved', async () => {
    const refused = await v3('/v3/automated-emails', { token: writer, body: { ...BODY, body: ENDLESS } })
    expect(refused.body).toMatchObject({ fields: { body: TOO_SLOW } })
    expect(await db().$count(automatedEmails, eq(automatedEmails.accountId, accountId))).toBe(0)
    const { id } = await create()
    const patch = { method: 'PATCH' as const, token: writer, body: { body: ENDLESS } }
    expect((await v3(`/v3/automated-emails/${id}`, patch)).body).toMatchObject({ fields: { body: TOO_SLOW } })
    expect((await v3(`/v3/automated-emails/${id}`, { token: writer })).body).toMatchObject(BODY)
  })

  test('F-50: a mail whose template takes too long is tried again, then shown as failed with that reason', async () => {
    await create({ body: `{% if license.notes == "slow" %}${ENDLESS}{% endif %}Hello` })
    const customer = await makeCustomer(accountId, {})
    const license = await makeLicenseOf(accountId, await makeSignedProduct(accountId), {
      userId: customer.id,
    })
    const operator = authorize(contextFor(operatorActor(), { accountId, clock }), 'license:write')
    await updateLicense(operator, license.id, { notes: 'slow' })
    const ctx = authorize(contextFor(systemActor(), { accountId, clock }), 'system:work')
    const attempt = async () => {
      const [mail] = await db().select().from(mails).where(eq(mails.accountId, accountId))
      if (!mail) throw new Error('no mail was queued')
      if (mail.dueAt > clock.now()) clock.set(mail.dueAt)
      await sendDueMail(ctx, mail.id)
      const logs = await v3('/v3/automated-email-event-logs', { token: reader })
      return bodyOf(logs, z.array(AutomatedEmailLogDto))[0]
    }
    const reason = `The template ${TOO_SLOW}`
    for (const attempts of [1, 2, 3]) {
      expect(await attempt()).toMatchObject({ status: 'due', attempts, error: reason })
    }
    expect(await attempt()).toMatchObject({ status: 'failed', attempts: 4, error: reason })
    expect(smtp.received).toEqual([])
  })
})
