import '#lib/announce/listen.ts'
import { type JobHelpers, makeWorkerUtils, type TaskList } from 'graphile-worker'
import { z } from 'zod'
import { databaseUrl, db } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import { deliverWebhook } from '#lib/announce/webhooks/deliver-webhook.ts'
import { inDeliverySlot } from '#lib/announce/webhooks/delivery-slots.ts'
import { endCheckouts } from '#lib/billing/checkout/end-checkouts.ts'
import { reconcile } from '#lib/billing/reconcile/reconcile.ts'
import { sweepPayments } from '#lib/billing/sweeps/sweep-payments.ts'
import { sweepSubscriptions } from '#lib/billing/sweeps/sweep-subscriptions.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { env } from '#lib/core/env.ts'
import { forgetAnswersAbout } from '#lib/core/idempotency/forget-answers.ts'
import type { Tasks } from '#lib/core/jobs/add-job.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { logChainHead } from '#lib/insight/audit-trail/log-chain-head.ts'
import { mailChainHead } from '#lib/insight/audit-trail/mail-chain-head.ts'
import { sendDueMail } from '#lib/mail/send-due-mail.ts'
import { mailPasswordReset } from '#lib/people/passwords/mail-password-reset.ts'
import { findFirstAccount } from '#lib/vendor/accounts/first-account.ts'
import { readClock } from '../test-clock/test-clock.ts'
import { dueWork } from './due-work.ts'
import { purge } from './purge.ts'
import { announceWorker, releaseDeadWorkers } from './worker-presence.ts'

const ReconcilePayload = z.object({ accountId: z.uuid(), subject: z.string() })
const MailPayload = z.object({ accountId: z.uuid(), mailId: z.uuid() })
const ResetPayload = z.object({ accountId: z.uuid(), requestId: z.uuid(), sealedEmail: z.string() })
const UserPayload = z.object({ accountId: z.uuid(), userId: z.uuid() })
const DeliveryPayload = z.object({ accountId: z.uuid(), webhookId: z.uuid(), resourceId: z.string() })

const tasks: Record<keyof Tasks, (payload: unknown) => Promise<void>> = {
  async reconcile(payload) {
    const { accountId, subject } = ReconcilePayload.parse(payload)
    await reconcile(systemContext(accountId, 'reconcile'), subject)
  },
  async 'send-mail'(payload) {
    const { accountId, mailId } = MailPayload.parse(payload)
    await sendDueMail(systemContext(accountId, 'send-mail'), mailId)
  },
  async 'password-reset'(payload) {
    const { accountId, ...request } = ResetPayload.parse(payload)
    await mailPasswordReset(systemContext(accountId, 'password-reset'), request)
  },
  async 'end-checkouts'(payload) {
    const { accountId, userId } = UserPayload.parse(payload)
    await endCheckouts(systemContext(accountId, 'end-checkouts'), userId)
  },
  async 'forget-answers'(payload) {
    const { accountId, userId } = UserPayload.parse(payload)
    await forgetAnswersAbout(systemContext(accountId, 'forget-answers'), userId)
  },
  async 'deliver-webhook'(payload) {
    const { accountId, ...queue } = DeliveryPayload.parse(payload)
    await inDeliverySlot(() => deliverWebhook(systemContext(accountId, 'deliver-webhook'), queue))
  },
  async 'due-work'() {
    await releaseDeadWorkers(db())
    await forEachAccount('due-work', dueWork)
  },
  'sweep-payments': () => forPayingAccount('sweep-payments', sweepPayments),
  'sweep-subscriptions': () => forPayingAccount('sweep-subscriptions', sweepSubscriptions),
  async purge() {
    await forEachAccount('purge', purge)
    await forEachAccount('purge', logChainHead)
    await forEachAccount('purge', mailChainHead)
    const utils = await makeWorkerUtils({ connectionString: databaseUrl() })
    try {
      await utils.cleanup({ tasks: ['GC_JOB_QUEUES', 'DELETE_PERMAFAILED_JOBS'] })
    } finally {
      await utils.release()
    }
  },
}

/** Every task of the job runner. Each makes a context that says which job acts, and calls one verb. */
export const taskList: TaskList = Object.fromEntries(
  Object.entries(tasks).map(([name, task]) => [
    name,
    async (payload: unknown, helpers: JobHelpers) => {
      if (helpers.job.locked_by) await announceWorker(helpers.job.locked_by)
      // Another process may have moved the installation's clock.
      if (env().BILLING_MODE === 'test') await readClock(db())
      await task(payload)
    },
  ]),
)

/** When the timers run (UTC). A run that the process slept through is not made up for: the next one does its work. */
export const crontab = [
  '* * * * * due-work ?max=1',
  '17 * * * * sweep-payments ?max=3',
  '41 2 * * * sweep-subscriptions ?max=3',
  '23 3 * * * purge ?max=3',
].join('\n')

async function forEachAccount(
  job: string,
  verb: (ctx: Authorized<'system:work'>) => Promise<unknown>,
): Promise<void> {
  for (const { id } of await db().select({ id: accounts.id }).from(accounts)) {
    await verb(systemContext(id, job))
  }
}

/** The provider's settings serve the first account. */
async function forPayingAccount(
  job: string,
  verb: (ctx: Authorized<'system:work'>) => Promise<unknown>,
): Promise<void> {
  const accountId = await findFirstAccount(db())
  if (accountId) await verb(systemContext(accountId, job))
}
