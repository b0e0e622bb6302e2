import { and, eq } from 'drizzle-orm'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { loadReleaseName } from './load-release-names.ts'
import { assertNameUnused, lockReleaseName } from './lock-release-names.ts'
import { NAME_KINDS, type NameKind } from './name-kinds.ts'
import { type ReleaseNameDto, toReleaseNameDto, type UpdateReleaseNameInput } from './release-name-dto.ts'

/**
 * Changes what people read of a channel or platform, and its name while no release uses it: applications in the field ask
 * for that name.
 * @throws NOT_FOUND, INVALID_INPUT, IN_USE, CONFLICT when the name is taken
 */
export function updateReleaseName(
  ctx: Authorized<'release:write'>,
  kind: NameKind,
  id: string,
  input: UpdateReleaseNameInput,
): Promise<ReleaseNameDto> {
  const { table, constraint, noun, resource } = NAME_KINDS[kind]
  return uniqueName(noun, constraint, () =>
    inTransaction(ctx, async (tx) => {
      const name = await lockReleaseName(tx.db, tx.accountId, kind, id)
      const renamed = input.name !== undefined && input.name !== name
      if (renamed) await assertNameUnused(tx.db, tx.accountId, kind, name)
      const changes = {
        ...(renamed && { name: input.name }),
        ...(input.displayName !== undefined && { displayName: input.displayName.trim() }),
      }
      await tx.db
        .update(table)
        .set({ ...changes, updatedAt: tx.clock.now() })
        .where(and(eq(table.accountId, tx.accountId), eq(table.id, id)))
      recordEvent(tx, { event: `${resource}.updated`, resource, resourceId: id, changes })
      return toReleaseNameDto(await loadReleaseName(tx.db, tx.accountId, kind, id))
    }),
  )
}
