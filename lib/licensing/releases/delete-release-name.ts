import { and, eq } from 'drizzle-orm'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { loadReleaseName } from './load-release-names.ts'
import { assertNameUnused, lockReleaseName } from './lock-release-names.ts'
import { NAME_KINDS, type NameKind } from './name-kinds.ts'
import { toReleaseNameDto } from './release-name-dto.ts'

/**
 * Deletes a channel or platform that no release uses.
 * @throws NOT_FOUND, IN_USE
 */
export function deleteReleaseName(
  ctx: Authorized<'release:write'>,
  kind: NameKind,
  id: string,
): Promise<undefined> {
  const { table, resource } = NAME_KINDS[kind]
  return inTransaction(ctx, async (tx) => {
    const name = await lockReleaseName(tx.db, tx.accountId, kind, id)
    await assertNameUnused(tx.db, tx.accountId, kind, name)
    const snapshot = toReleaseNameDto(await loadReleaseName(tx.db, tx.accountId, kind, id))
    await tx.db.delete(table).where(and(eq(table.accountId, tx.accountId), eq(table.id, id)))
    recordEvent(tx, { event: `${resource}.deleted`, resource, resourceId: id, changes: { name }, snapshot })
    return undefined
  })
}
