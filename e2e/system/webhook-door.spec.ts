import { createHmac, randomUUID } from 'node:crypto'
import { callApi } from '../support/api.ts'
import { withDatabase } from '../support/database.ts'
import { emulatorOf } from '../support/emulator.ts'
import { databaseUrlOf } from '../support/product.ts'
import { expect, test } from '../support/test.ts'

interface Case {
  what: string
  status: number
  /** What of a good request it gets wrong. */
  spoil: { body?: (good: string) => string; secret?: string; ageSeconds?: number; unsigned?: true }
}

const REFUSED: Case[] = [
  { what: 'unsigned', status: 400, spoil: { unsigned: true } },
  { what: 'wrongly signed', status: 400, spoil: { secret: `whsec_${'x'.repeat(43)}` } },
  { what: 'stale', status: 400, spoil: { ageSeconds: 3600 } },
  { what: 'from the future', status: 400, spoil: { ageSeconds: -3600 } },
  { what: 'altered after signing', status: 400, spoil: { body: (good) => good.replace('evt_', 'evt_x') } },
  {
    what: 'oversized',
    status: 413,
    spoil: { body: (good) => good.replace('{', `{"pad":"${'x'.repeat(2 * 1024 * 1024)}",`) },
  },
]

for (const { what, status, spoil } of REFUSED) {
  test(`a webhook that is ${what} answers ${status} and leaves nothing in the inbox`, async ({ run }) => {
    const id = `evt_${randomUUID().replaceAll('-', '')}`
    const good = JSON.stringify({
      id,
      object: 'event',
      type: 'checkout.session.completed',
      created: Math.floor(Date.now() / 1000),
      livemode: false,
      data: { object: { id: 'cs_test_x', object: 'checkout.session' } },
    })
    const at = Math.floor(Date.now() / 1000) - (spoil.ageSeconds ?? 0)
    const { webhookSecret } = emulatorOf(run)
    const signature = createHmac('sha256', spoil.secret ?? webhookSecret)
      .update(`${at}.${good}`)
      .digest('hex')
    const answer = await callApi(run.url, 'POST', '/api/webhooks/stripe', {
      body: spoil.body?.(good) ?? good,
      ...(!spoil.unsigned && { headers: { 'stripe-signature': `t=${at},v1=${signature}` } }),
    })
    expect(answer.status, answer.text).toBe(status)
    const stored = await withDatabase(
      databaseUrlOf(run.dataDir),
      (sql) => sql`select id from stripe_events where id like ${`${id.slice(0, 4)}%${id.slice(5)}`}`,
    )
    expect(stored).toHaveLength(0)
  })
}
