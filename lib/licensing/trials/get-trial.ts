import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { trialActivations } from '#db/schema/trials.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type Trial, type TrialActivationDto, toTrialDto } from './trial-dto.ts'

/**
 * One trial of the account.
 * @throws NOT_FOUND
 */
export async function getTrial(
  ctx: Authorized<'trialActivation:read'>,
  id: string,
): Promise<TrialActivationDto> {
  return toTrialDto(await loadTrial(ctx.db, ctx.accountId, id), ctx.clock.now())
}

/**
 * One trial of the account.
 * @throws NOT_FOUND
 */
export async function loadTrial(db: Executor, accountId: string, id: string): Promise<Trial> {
  const [row] = await find(db, accountId, id)
  if (!row) throw notFound('trial activation')
  return row
}

/**
 * The same, locked until the transaction ends: read it so before changing it.
 * @throws NOT_FOUND
 */
export async function lockTrial(db: Executor, accountId: string, id: string): Promise<Trial> {
  const [row] = await find(db, accountId, id).for('update')
  if (!row) throw notFound('trial activation')
  return row
}

function find(db: Executor, accountId: string, id: string) {
  return db
    .select()
    .from(trialActivations)
    .where(and(eq(trialActivations.accountId, accountId), eq(trialActivations.id, id)))
}
