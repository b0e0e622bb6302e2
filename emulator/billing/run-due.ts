import { type Emulation, transact } from '../emulation.ts'
import { dueAt, type Reader } from '../storage.ts'
import type { Work } from '../work.ts'
import { expireSession } from './expire-session.ts'
import { payInvoice } from './pay-invoice.ts'
import { renew } from './renew.ts'

interface DueWork {
  key: string
  atMs: number
  run(work: Work): Promise<unknown>
}

/**
 * Brings about what is due until `to`, the earliest first and each at its own time, so that a jump over three months
 * gives three renewals a month apart.
 */
export async function runDue(emulation: Emulation, to: Date): Promise<void> {
  const untilMs = to.getTime()
  for (;;) {
    const next = await earliest(emulation.storage, untilMs)
    if (!next) return
    await transact(emulation, { now: Math.floor(next.atMs / 1000) }, async (work) => {
      // Looked up again inside the transaction: another process may have been faster.
      const same = await earliest(work.db, untilMs)
      if (same?.key === next.key && same.atMs === next.atMs) await same.run(work)
    })
  }
}

async function earliest(db: Reader, untilMs: number): Promise<DueWork | undefined> {
  const [session] = await db.due('checkout.session', untilMs, 1)
  const [subscription] = await db.due('subscription', untilMs, 1)
  const [invoice] = await db.due('invoice', untilMs, 1)
  const [answer] = await db.due('idempotent_answer', untilMs, 1)
  const candidates: DueWork[] = []
  const add = (key: string, atMs: number | null, run: DueWork['run']) => {
    if (atMs !== null) candidates.push({ key, atMs, run })
  }
  if (session) add(session.id, dueAt('checkout.session', session), (work) => expireSession(work, session))
  if (subscription)
    add(subscription.id, dueAt('subscription', subscription), (work) => renew(work, subscription))
  if (invoice)
    add(invoice.id, dueAt('invoice', invoice), (work) => payInvoice(work, invoice, { offSession: true }))
  if (answer) {
    add(answer.id, dueAt('idempotent_answer', answer), (work) =>
      work.db.delete('idempotent_answer', answer.id),
    )
  }
  return candidates.sort((a, b) => a.atMs - b.atMs)[0]
}
