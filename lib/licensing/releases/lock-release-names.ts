import { and, eq, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { releases } from '#db/schema/releases.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { NAME_KINDS, type NameKind } from './name-kinds.ts'

/**
 * Makes the channels or platforms that are new, and keeps all of them from being deleted or renamed until the transaction ends.
 * Clients of the API send names only, so a new name must not need a call of its own.
 */
export async function lockReleaseNames(ctx: Ctx, kind: NameKind, names: readonly string[]): Promise<void> {
  const { table, resource } = NAME_KINDS[kind]
  const now = ctx.clock.now()
  // Locked in one order everywhere, so that there is no deadlock.
  for (const name of [...names].sort()) {
    const id = newId()
    const [held] = await ctx.db
      .insert(table)
      .values({ accountId: ctx.accountId, id, name, displayName: '', createdAt: now, updatedAt: now })
      .onConflictDoUpdate({ target: [table.accountId, table.name], set: { name: sql`excluded.name` } })
      .returning({ id: table.id })
    if (held?.id === id) {
      recordEvent(ctx, { event: `${resource}.created`, resource, resourceId: id, changes: { name } })
    }
  }
}

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
