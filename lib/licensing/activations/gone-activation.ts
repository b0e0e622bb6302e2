import { and, desc, eq } from 'drizzle-orm'
import { activationLogs } from '#db/schema/license-parts.ts'
import { licenses } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { AppError } from '#lib/core/errors.ts'
import { hasKey } from '../licenses/find-typed-key.ts'
import { activationNotFound } from './rules.ts'

const REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    cull: 'This device was not heard from for too long, and its place was given up. Activate it again with the license key.',
    swap: 'Another device took this device’s place. Activate it again with the license key if a place is free.',
    deactivate: 'This device was deactivated. Activate it again with the license key.',
  }),
)

/** The refusal for a device that is gone. It gives the reason only to a caller with the license's key. */
export async function goneActivation(ctx: Ctx, activationId: string, key: string): Promise<AppError> {
  const [last] = await ctx.db
    .select({ action: activationLogs.action })
    .from(activationLogs)
    .innerJoin(
      licenses,
      and(eq(licenses.accountId, activationLogs.accountId), eq(licenses.id, activationLogs.licenseId)),
    )
    .where(
      and(
        eq(activationLogs.accountId, ctx.accountId),
        hasKey(key),
        eq(activationLogs.activationId, activationId),
      ),
    )
    .orderBy(desc(activationLogs.createdAt), desc(activationLogs.id))
    .limit(1)
  return activationNotFound(last && REASONS.get(last.action))
}
