import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { loadReleaseName } from './load-release-names.ts'
import { NAME_KINDS, type NameKind } from './name-kinds.ts'
import { type CreateReleaseNameInput, type ReleaseNameDto, toReleaseNameDto } from './release-name-dto.ts'

/**
 * Makes a channel or platform. Releases also make the ones they name.
 * @throws INVALID_INPUT, CONFLICT when the name is taken
 */
export function createReleaseName(
  ctx: Authorized<'release:write'>,
  kind: NameKind,
  input: CreateReleaseNameInput,
): Promise<ReleaseNameDto> {
  const { table, noun, resource } = NAME_KINDS[kind]
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const [made] = await tx.db
      .insert(table)
      .values({
        accountId: tx.accountId,
        id: newId(),
        name: input.name,
        displayName: input.displayName?.trim() ?? '',
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [table.accountId, table.name] })
      .returning({ id: table.id })
    if (!made) throw nameTaken(noun)
    recordEvent(tx, {
      event: `${resource}.created`,
      resource,
      resourceId: made.id,
      changes: { name: input.name },
    })
    return toReleaseNameDto(await loadReleaseName(tx.db, tx.accountId, kind, made.id))
  })
}
