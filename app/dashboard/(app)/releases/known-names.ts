import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listReleaseNames } from '#lib/licensing/releases/list-release-names.ts'
import type { NameKind } from '#lib/licensing/releases/name-kinds.ts'
import type { ReleaseNameDto } from '#lib/licensing/releases/release-name-dto.ts'

const BY_NAME: ListInput = { page: 1, limit: 100, sort: [{ field: 'name', descending: false }], filters: [] }

/** The first hundred channels or platforms, by name: a vendor has a handful. */
export async function knownNames(
  ctx: Authorized<'release:read'>,
  kind: NameKind,
): Promise<readonly ReleaseNameDto[]> {
  return (await listReleaseNames(ctx, kind, BY_NAME)).items
}
