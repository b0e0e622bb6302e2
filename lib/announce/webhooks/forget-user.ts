import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import type { Ctx } from '#lib/core/context.ts'
import { seal, tryOpen } from '#lib/core/crypto/seal.ts'
import { withoutText } from '#lib/mail/user-text.ts'

/** Members of a user that are not personal. */
export const DERIVED: readonly string[] = ['role', 'roles']

/**
 * Empties what deliveries hold of a user who is erased, in the open transaction. Pending deliveries still go out, because
 * receivers get every event, but with ids, times and numbers alone. A delivery that is being sent now uses its old payload; its
 * stored payload is emptied, too, and nothing writes it back.
 */
export async function forgetUserInDeliveries(ctx: Ctx, userId: string): Promise<void> {
  const now = ctx.clock.now()
  const theirs = and(
    eq(webhookDeliveries.accountId, ctx.accountId),
    eq(webhookDeliveries.userId, userId),
    isNotNull(webhookDeliveries.sealedPayload),
  )
  await ctx.db
    .update(webhookDeliveries)
    .set({ sealedPayload: null, updatedAt: now })
    .where(and(theirs, isNull(webhookDeliveries.nextAttemptAt)))
  const onTheirWay = await ctx.db
    .select({ id: webhookDeliveries.id, sealedPayload: webhookDeliveries.sealedPayload })
    .from(webhookDeliveries)
    .where(theirs)
    .for('update')
  for (const { id, sealedPayload } of onTheirWay) {
    const body = tryOpen('webhook-payload', sealedPayload ?? '', id)
    await ctx.db
      .update(webhookDeliveries)
      .set({
        sealedPayload: body === undefined ? null : seal('webhook-payload', forgotten(body), id),
        updatedAt: now,
      })
      .where(and(eq(webhookDeliveries.accountId, ctx.accountId), eq(webhookDeliveries.id, id)))
  }
}

/** The body without texts that a person or their device chose. A license's key stays: it is the vendor's. */
function forgotten(body: string): string {
  const { event, data, triggeredAt }: { event: string; data: unknown; triggeredAt: string } = JSON.parse(body)
  const isLicense = event.startsWith('license.') && data !== null && typeof data === 'object'
  const left = isLicense
    ? { ...data, ...('user' in data && { user: withoutText(data.user, DERIVED) }) }
    : withoutText(data, DERIVED)
  return JSON.stringify({ event, data: left, triggeredAt })
}
