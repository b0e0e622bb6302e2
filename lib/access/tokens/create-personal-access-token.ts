import { personalAccessTokens } from '#db/schema/operators.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { actorName, permissionsOf } from '#lib/core/actor.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { hashToken, newPersonalAccessToken, PAT_PREFIX } from '#lib/core/crypto/token.ts'
import { AppError, fieldError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { composed } from '#lib/core/input/fields.ts'
import { isBlank } from '#lib/core/normalize.ts'
import type { Scope } from '#lib/core/permissions.ts'
import { type NewPersonalAccessTokenDto, toPersonalAccessTokenDto } from './personal-access-token-dto.ts'

export interface CreatePersonalAccessToken {
  name: string
  scopes: readonly Scope[]
  /** Absent or null: never. */
  expiresAt?: Date | null | undefined
}

/**
 * Makes a personal access token and answers it, this once. It gets at most what its creator holds.
 * @throws INSUFFICIENT_SCOPE naming what the creator lacks, INVALID_INPUT for an expiry that has passed
 */
export async function createPersonalAccessToken(
  outer: Authorized<'personalAccessToken:write'>,
  input: CreatePersonalAccessToken,
): Promise<NewPersonalAccessTokenDto> {
  const held = permissionsOf(outer.actor)
  const beyond = input.scopes.filter((scope) => !held.has(scope))
  if (beyond.length > 0) {
    throw new AppError('INSUFFICIENT_SCOPE', `You cannot give what you do not hold: ${beyond.join(', ')}.`, {
      fields: { scopes: `you do not hold ${beyond.join(', ')}` },
    })
  }
  const name = composed(input.name)
  if (isBlank(name)) throw fieldError('name', 'must not be empty')
  const now = outer.clock.now()
  if (input.expiresAt && input.expiresAt <= now) throw fieldError('expiresAt', 'must lie in the future')
  const accessToken = newPersonalAccessToken()
  return inTransaction(outer, async (ctx) => {
    const id = newId()
    const [row] = await ctx.db
      .insert(personalAccessTokens)
      .values({
        accountId: ctx.accountId,
        id,
        name,
        tokenHash: hashToken(accessToken),
        prefix: PAT_PREFIX,
        lastFour: accessToken.slice(-4),
        scopes: [...new Set(input.scopes)],
        expiresAt: input.expiresAt ?? null,
        createdBy: actorName(ctx.actor),
        createdAt: now,
        updatedAt: now,
      })
      .returning()
    if (!row) throw new Error('the insert returned no row')
    recordEvent(ctx, {
      event: 'personal-access-token.created',
      resource: 'personal-access-token',
      resourceId: id,
      changes: { name: row.name, scopes: row.scopes, expiresAt: row.expiresAt?.toISOString() ?? null },
    })
    return { ...toPersonalAccessTokenDto(row), accessToken }
  })
}
