import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { products } from '#db/schema/products.ts'
import { releaseFiles, releases } from '#db/schema/releases.ts'
import { notFound } from '#lib/core/errors.ts'
import { NO_POSITION, type Placed, type Selection } from '#lib/core/list/order.ts'
import type { LoadedRelease } from './release-dto.ts'

/** Releases of the account with their product's name and their files. */
export async function loadReleases(
  db: Executor,
  accountId: string,
  { where, orderBy = [], limit = 1, offset = 0, position = NO_POSITION }: Selection,
): Promise<(LoadedRelease & Placed)[]> {
  const rows = await db
    .select({ position, release: releases, product: { displayName: products.displayName } })
    .from(releases)
    .innerJoin(products, and(eq(products.accountId, releases.accountId), eq(products.id, releases.productId)))
    .where(and(eq(releases.accountId, accountId), where))
    .orderBy(...orderBy)
    .limit(limit)
    .offset(offset)
  const ids = rows.map(({ release }) => release.id)
  const files =
    ids.length === 0
      ? []
      : await db
          .select()
          .from(releaseFiles)
          .where(and(eq(releaseFiles.accountId, accountId), inArray(releaseFiles.releaseId, ids)))
          .orderBy(asc(releaseFiles.name))
  return rows.map((row) => ({ ...row, files: files.filter((file) => file.releaseId === row.release.id) }))
}

/**
 * One release of the account.
 * @throws NOT_FOUND
 */
export async function loadRelease(db: Executor, accountId: string, id: string): Promise<LoadedRelease> {
  const [found] = await loadReleases(db, accountId, { where: eq(releases.id, id) })
  if (!found) throw notFound('release')
  return found
}

/**
 * The row alone, locked until the transaction ends: read it so before changing it.
 * @throws NOT_FOUND
 */
export async function lockRelease(
  db: Executor,
  accountId: string,
  id: string,
): Promise<typeof releases.$inferSelect> {
  const [row] = await db
    .select()
    .from(releases)
    .where(and(eq(releases.accountId, accountId), eq(releases.id, id)))
    .for('update')
  if (!row) throw notFound('release')
  return row
}
