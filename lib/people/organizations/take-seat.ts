import { and, eq, ne, sql } from 'drizzle-orm'
import { organizations } from '#db/schema/organizations.ts'
import { users } from '#db/schema/users.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError, fieldError } from '#lib/core/errors.ts'

/**
 * Makes sure that the organization has a seat left for the user, in the transaction that is open: until it ends nobody else
 * joins, so that N seats never become N+1.
 * @throws INVALID_INPUT when there is no such organization, USERS_LIMIT_REACHED
 */
export async function takeSeat(ctx: Ctx, organizationId: string, userId: string): Promise<void> {
  const [organization] = await ctx.db
    .select({ allowedUsers: organizations.allowedUsers })
    .from(organizations)
    .where(and(eq(organizations.accountId, ctx.accountId), eq(organizations.id, organizationId)))
    .for('update')
  if (!organization) throw fieldError('organizationId', 'there is no such organization')
  if (organization.allowedUsers < 0) return
  const taken = await seatsTaken(ctx, organizationId, userId)
  if (taken < organization.allowedUsers) return
  const message = `this organization has all of its ${organization.allowedUsers} users`
  throw new AppError('USERS_LIMIT_REACHED', `organizationId: ${message}`, {
    fields: { organizationId: message },
  })
}

/** How many users the organization has, besides that one. Exact while the organization's row is locked. */
export async function seatsTaken(ctx: Ctx, organizationId: string, besides?: string): Promise<number> {
  const [row] = await ctx.db
    .select({ taken: sql`count(*)`.mapWith(Number) })
    .from(users)
    .where(
      and(
        eq(users.accountId, ctx.accountId),
        eq(users.organizationId, organizationId),
        besides === undefined ? undefined : ne(users.id, besides),
      ),
    )
  return row?.taken ?? 0
}
