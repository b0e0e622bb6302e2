import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { releases } from '#db/schema/releases.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { NAME_KINDS, type NameKind } from './name-kinds.ts'

/**
 * A channel's or platform's name, locked until the transaction ends: no release begins to use it meanwhile.
 * @throws NOT_FOUND
 */
export async function lockReleaseName(
  db: Executor,
  accountId: string,
  kind: NameKind,
  id: string,
): Promise<string> {
  const { table, noun } = NAME_KINDS[kind]
  const [row] = await db
    .select({ name: table.name })
    .from(table)
    .where(and(eq(table.accountId, accountId), eq(table.id, id)))
    .for('update')
  if (!row) throw notFound(noun)
  return row.name
}

/** @throws IN_USE while a release has the name */
export async function assertNameUnused(
  db: Executor,
  accountId: string,
  kind: NameKind,
  name: string,
): Promise<void> {
  const { noun, usedBy } = NAME_KINDS[kind]
  const [use] = await db
    .select({ id: releases.id })
    .from(releases)
    .where(and(eq(releases.accountId, accountId), usedBy(name)))
    .limit(1)
  if (use) throw new AppError('IN_USE', `Releases use this ${noun}: its name must stay.`)
}
