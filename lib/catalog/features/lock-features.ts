import { and, eq, inArray, or } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { features } from '#db/schema/entitlements.ts'
import { AppError, type FieldErrors } from '#lib/core/errors.ts'

interface FeatureRef {
  featureId?: string | undefined
  name?: string | undefined
}

/**
 * Finds the features that a list names by id or by name and keeps them until the transaction ends. Answers their ids in the
 * order of the list.
 * @throws INVALID_INPUT naming every entry that names none, an unknown one, or one that was named before
 */
export async function lockFeatures(
  db: Executor,
  accountId: string,
  refs: readonly FeatureRef[],
  field: string,
): Promise<string[]> {
  if (refs.length === 0) return []
  const ids = refs.flatMap(({ featureId }) => featureId ?? [])
  const names = refs.flatMap(({ featureId, name }) => (featureId ? [] : (name ?? [])))
  const known = await db
    .select({ id: features.id, name: features.name })
    .from(features)
    .where(
      and(eq(features.accountId, accountId), or(inArray(features.id, ids), inArray(features.name, names))),
    )
    .orderBy(features.id)
    .for('key share')
  const errors: FieldErrors = {}
  const found: string[] = []
  for (const [index, { featureId, name }] of refs.entries()) {
    const at = `${field}[${index}].${featureId || !name ? 'featureId' : 'name'}`
    const feature = known.find((row) => (featureId ? row.id === featureId : row.name === name))
    if (!featureId && !name) errors[at] = 'an id or a name is expected'
    else if (!feature) errors[at] = 'there is no such feature'
    else if (found.includes(feature.id)) errors[at] = 'this feature is already in the list'
    if (feature) found.push(feature.id)
  }
  const [first] = Object.entries(errors)
  if (first) throw new AppError('INVALID_INPUT', `${first[0]}: ${first[1]}`, { fields: errors })
  return found
}
