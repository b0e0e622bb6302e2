import { and, eq } from 'drizzle-orm'
import { automatedEmails } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { lockChain } from '#lib/audit/lock-chain.ts'
import { actorName } from '#lib/core/actor.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, fieldError } from '#lib/core/errors.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { mayComeFrom } from '#lib/mail/written/check-sender.ts'
import { type AutomatedEmailDto, toAutomatedEmailDto } from './automated-email-dto.ts'
import type { UpdateAutomatedEmailInput } from './automated-email-input.ts'
import { renderSample } from './check-templates.ts'
import { unverifiedSender } from './create-automated-email.ts'
import { type AutomatedEmailRow, findAutomatedEmail } from './get-automated-email.ts'
import { isMailEvent } from './variables.ts'

/** Fields whose new value the audit trail holds. Of other fields it holds the names only. */
const AUDITED = ['name', 'event', 'enabled', 'custom', 'productIds'] as const

/** Fields that change a rendering. */
const TRIED = ['event', 'subject', 'body'] as const

function changesOf(input: UpdateAutomatedEmailInput) {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
}

function merge(before: AutomatedEmailRow, input: UpdateAutomatedEmailInput): AutomatedEmailRow {
  return { ...before, ...changesOf(input) }
}

/**
 * Changes an automated mail. Mails that are already in the outbox go out unchanged.
 * @throws NOT_FOUND, INVALID_INPUT also for templates that cannot be rendered and a sender's domain that is not verified,
 *   CONFLICT when the name is taken or somebody changed the templates meanwhile
 */
export async function updateAutomatedEmail(
  ctx: Authorized<'automatedEmail:write'>,
  id: string,
  input: UpdateAutomatedEmailInput,
): Promise<AutomatedEmailDto> {
  // Before anything is locked, because rendering may be slow.
  const tried = merge(await findAutomatedEmail(ctx.db, ctx.accountId, id), input)
  if (!isMailEvent(tried.event))
    throw fieldError('event', 'is none of the events that a mail can be sent for')
  await renderSample(tried.event, tried, actorName(ctx.actor))
  return uniqueName('automated email', 'automated_emails_name', () =>
    inTransaction(ctx, async (tx) => {
      await lockChain(tx)
      const before = await findAutomatedEmail(tx.db, tx.accountId, id, { lock: true })
      const after = merge(before, input)
      if (TRIED.some((field) => after[field] !== tried[field])) {
        throw new AppError('CONFLICT', 'Somebody else changed this mail meanwhile. Please try again.')
      }
      const changes = changesOf(input)
      if (input.fromEmail !== undefined && !(await mayComeFrom(tx.db, tx.accountId, input.fromEmail))) {
        throw unverifiedSender()
      }
      const [row] = await tx.db
        .update(automatedEmails)
        .set({ ...changes, updatedAt: tx.clock.now() })
        .where(and(eq(automatedEmails.accountId, tx.accountId), eq(automatedEmails.id, id)))
        .returning()
      if (!row) throw new Error('an automated email vanished though it was locked')
      recordEvent(tx, {
        event: 'automated-email.updated',
        resource: 'automated-email',
        resourceId: id,
        changes: Object.fromEntries(
          Object.entries(changes).map(([field, value]) => [
            field,
            (AUDITED as readonly string[]).includes(field) ? value : 'changed',
          ]),
        ),
      })
      return toAutomatedEmailDto(row)
    }),
  )
}
