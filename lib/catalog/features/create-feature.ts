import { eq } from 'drizzle-orm'
import { accounts } from '#db/schema/accounts.ts'
import { features } from '#db/schema/entitlements.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { type FeatureDto, toFeatureDto } from './feature-dto.ts'
import type { CreateFeatureInput } from './feature-input.ts'

/** Most features of one account (contract §4.7). */
export const FEATURE_LIMIT = 200

/**
 * Creates a feature.
 * @throws INVALID_INPUT, CONFLICT when the name is taken or the account has as many features as it may
 */
export function createFeature(
  ctx: Authorized<'feature:write'>,
  input: CreateFeatureInput,
): Promise<FeatureDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    // Creations wait for each other, so that two never take the last place. Rows that merely point at the account do not.
    await tx.db
      .select({ id: accounts.id })
      .from(accounts)
      .where(eq(accounts.id, tx.accountId))
      .for('no key update')
    if ((await tx.db.$count(features, eq(features.accountId, tx.accountId))) >= FEATURE_LIMIT) {
      throw new AppError('CONFLICT', `An account has at most ${FEATURE_LIMIT} features.`)
    }
    const [row] = await tx.db
      .insert(features)
      .values({
        accountId: tx.accountId,
        id: newId(),
        name: input.name,
        displayName: input.displayName ?? input.name,
        description: input.description ?? '',
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [features.accountId, features.name] })
      .returning()
    if (!row) throw nameTaken('feature')
    recordEvent(tx, {
      event: 'feature.created',
      resource: 'feature',
      resourceId: row.id,
      changes: { name: row.name },
    })
    return toFeatureDto(row)
  })
}
