import { and, eq, inArray } from 'drizzle-orm'
import { bannedIdentifiers, userIdentifiers } from '#db/schema/users.ts'
import type { EmailAddress } from '#lib/core/canonical-email.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { lastingHashes } from '#lib/core/key-store/lasting-keys.ts'

/** The value whose HMAC a ban keeps after its user is deleted. */
export function bannedValue(kind: 'email' | 'phone' | 'username', canonical: string): string {
  return `${kind}:${canonical}`
}

/**
 * Makes the address the user's primary one, in the transaction that is open. The database's constraint decides between
 * concurrent claims. A banned address gets exactly the answer of a taken one.
 * @throws EMAIL_TAKEN
 */
export async function claimEmail(
  ctx: Ctx,
  userId: string,
  email: EmailAddress,
  verifiedAt: Date | null = null,
): Promise<void> {
  const now = ctx.clock.now()
  const claimed = await ctx.db
    .insert(userIdentifiers)
    .values({
      accountId: ctx.accountId,
      id: newId(),
      userId,
      kind: 'email',
      value: email.value,
      canonical: email.canonical,
      verifiedAt,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoNothing({
      target: [userIdentifiers.accountId, userIdentifiers.kind, userIdentifiers.canonical],
    })
    .returning({ id: userIdentifiers.id })
  const bans = await ctx.db
    .select({ id: bannedIdentifiers.id })
    .from(bannedIdentifiers)
    .where(
      and(
        eq(bannedIdentifiers.accountId, ctx.accountId),
        eq(bannedIdentifiers.kind, 'email'),
        inArray(bannedIdentifiers.hash, await lastingHashes('ban', bannedValue('email', email.canonical))),
      ),
    )
    .limit(1)
  if (claimed.length === 0 || bans.length > 0) {
    throw new AppError('EMAIL_TAKEN', 'email: there is already a user with this address', {
      fields: { email: 'there is already a user with this address' },
    })
  }
}
