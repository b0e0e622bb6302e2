import { and, eq, isNull } from 'drizzle-orm'
import { operators } from '#db/schema/operators.ts'
import type { Ctx } from '#lib/core/context.ts'
import { derivedId } from '#lib/core/ids.ts'
import type { MailProps } from './mail-props.ts'
import { queueMail } from './queue-mail.ts'

/**
 * Mails every operator that something needs a person, in the transaction that is open; once a day about the same thing.
 * @param about what it concerns, such as a subject's id: never a secret
 */
export async function alertOperators(
  ctx: Ctx,
  about: string,
  props: MailProps['operator-alert'],
): Promise<void> {
  const day = ctx.clock.now().toISOString().slice(0, 10)
  const people = await ctx.db
    .select({ id: operators.id, email: operators.email })
    .from(operators)
    .where(and(eq(operators.accountId, ctx.accountId), isNull(operators.disabledAt)))
  for (const { id, email } of people) {
    await queueMail(ctx, {
      id: derivedId('mail', 'operator-alert', ctx.accountId, about, id, day),
      template: 'operator-alert',
      to: email,
      props,
    })
  }
}
