import { and, eq } from 'drizzle-orm'
import { products } from '#db/schema/products.ts'
import type { Ctx } from '#lib/core/context.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import type { Activation } from './activation-token.ts'
import type { LicenseFacts } from './license-facts.ts'

/** Mails a license's owner, in the open transaction, that a device lost its place, in case somebody else did it. */
export async function queueDeviceFreedMail(
  ctx: Ctx,
  { license, owner, ownerEmail }: LicenseFacts,
  activation: Activation,
  { replaced }: { replaced: boolean },
): Promise<void> {
  if (!owner || !ownerEmail || !license.userId || owner.bannedAt) return
  const [product] = await ctx.db
    .select({ displayName: products.displayName })
    .from(products)
    .where(and(eq(products.accountId, ctx.accountId), eq(products.id, license.productId)))
  await queueMail(ctx, {
    template: 'device-freed',
    to: ownerEmail,
    userId: license.userId,
    props: {
      firstName: owner.firstName,
      productName: product?.displayName ?? '',
      deviceName: activation.name || activation.hostname,
      licenseId: license.id,
      replaced,
    },
  })
}
