import { automatedEmails } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { actorName } from '#lib/core/actor.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { fieldError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { mayComeFrom } from '#lib/mail/written/check-sender.ts'
import { type AutomatedEmailDto, toAutomatedEmailDto } from './automated-email-dto.ts'
import type { CreateAutomatedEmailInput } from './automated-email-input.ts'
import { renderSample } from './check-templates.ts'

/**
 * Makes an automated mail.
 * @throws INVALID_INPUT also for templates that cannot be rendered and a sender's domain that is not verified, CONFLICT when
 *   the name is taken
 */
export async function createAutomatedEmail(
  ctx: Authorized<'automatedEmail:write'>,
  input: CreateAutomatedEmailInput,
): Promise<AutomatedEmailDto> {
  await renderSample(input.event, input, actorName(ctx.actor))
  return inTransaction(ctx, async (tx) => {
    const fromEmail = input.fromEmail ?? ''
    if (!(await mayComeFrom(tx.db, tx.accountId, fromEmail))) throw unverifiedSender()
    const now = tx.clock.now()
    const [row] = await tx.db
      .insert(automatedEmails)
      .values({
        accountId: tx.accountId,
        id: newId(),
        name: input.name,
        event: input.event,
        fromName: input.fromName ?? '',
        fromEmail,
        replyTo: input.replyTo ?? '',
        cc: input.cc ?? '',
        bcc: input.bcc ?? '',
        subject: input.subject,
        body: input.body,
        enabled: input.enabled,
        custom: input.custom,
        productIds: [...new Set(input.productIds ?? [])],
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [automatedEmails.accountId, automatedEmails.name] })
      .returning()
    if (!row) throw nameTaken('automated email')
    recordEvent(tx, {
      event: 'automated-email.created',
      resource: 'automated-email',
      resourceId: row.id,
      changes: { name: row.name, event: row.event, enabled: row.enabled },
    })
    return toAutomatedEmailDto(row)
  })
}

/** The refusal of a sender whose domain is not verified. */
export function unverifiedSender() {
  return fieldError('fromEmail', 'its domain is not verified: add it under /v3/sending-domains first')
}
