import { and, eq } from 'drizzle-orm'
import { automatedEmails } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '../audit/in-transaction.ts'
import { lockChain } from '../audit/lock-chain.ts'
import type { Authorized } from '../auth/authorize.ts'
import { fieldError } from '../errors.ts'
import { uniqueName } from '../name-taken.ts'
import { type AutomatedEmailDto, toAutomatedEmailDto } from './automated-email-dto.ts'
import type { UpdateAutomatedEmailInput } from './automated-email-input.ts'
import { mayComeFrom } from './check-sender.ts'
import { renderSample } from './check-templates.ts'
import { unverifiedSender } from './create-automated-email.ts'
import { isMailEvent } from './events.ts'
import { findAutomatedEmail } from './find-automated-email.ts'

/** Fields whose new value says something in the audit trail; the others are only named. */
const AUDITED = ['name', 'event', 'enabled', 'custom', 'productIds'] as const

/**
 * Changes an automated mail. What is in the outbox already goes out as it was.
 * @throws NOT_FOUND, INVALID_INPUT also for templates that cannot be rendered and a sender's domain that is not verified,
 *   CONFLICT when the name is taken
 */
export function updateAutomatedEmail(
  ctx: Authorized<'automatedEmail:write'>,
  id: string,
  input: UpdateAutomatedEmailInput,
): Promise<AutomatedEmailDto> {
  return uniqueName('automated email', 'automated_emails_name', () =>
    inTransaction(ctx, async (tx) => {
      await lockChain(tx)
      const before = await findAutomatedEmail(tx.db, tx.accountId, id, { lock: true })
      const changes = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
      const after = { ...before, ...changes }
      if (!isMailEvent(after.event))
        throw fieldError('event', 'is none of the events that a mail can be sent for')
      renderSample(after.event, after)
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
