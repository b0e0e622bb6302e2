import { z } from 'zod'
import { bool, instantInput, int, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { viewPermissions } from '#lib/core/metadata/metadata.ts'
import { parseVersion } from '#lib/core/version.ts'
import { FEATURE_LIMIT } from '../features/create-feature.ts'
import { featureRef, featureValue } from '../features/entitlement-set-input.ts'

/** Most counters of one license. */
export const METER_LIMIT = 50

/** The counters of a body; names are unlike each other. */
export const MetersInput = z
  .array(
    z.object({
      name: text(256, 1),
      allowedUses: int({ min: -1 }).meta({ description: '-1: any number.' }),
      floating: optionalField(bool()).meta({
        description: 'Uses are given back when their activation ends.',
      }),
      viewPermissions,
      visible: bool().nullish().meta({ description: 'Old form: seen by the application.' }),
    }),
  )
  .max(METER_LIMIT, `at most ${METER_LIMIT} meter attributes are kept`)
  .superRefine((entries, refinement) => {
    const seen = new Set<string>()
    for (const [index, { name }] of entries.entries()) {
      if (seen.has(name)) {
        refinement.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: 'this meter attribute is already in the list',
        })
      }
      seen.add(name)
    }
  })
  .meta({
    description:
      'Added, or changed by name with their counts kept. Others stay: they are deleted one by one.',
  })
export type MetersInput = z.output<typeof MetersInput>

/** A license's own entitlements. */
export const EntitlementsInput = z
  .array(
    z.object({
      ...featureRef,
      value: featureValue,
      expiresAt: optionalField(instantInput()).meta({ description: 'Left out: as long as the license.' }),
    }),
  )
  .max(FEATURE_LIMIT, `at most ${FEATURE_LIMIT} entitlements`)
  .meta({ description: "The whole list of the license's own: each overrides the entitlement set's value." })
export type EntitlementsInput = z.output<typeof EntitlementsInput>

/** The highest release version that devices may run. */
export const releaseVersion = () =>
  z.string('text is expected').trim().refine(parseVersion, 'a version like 1.2, 1.2.3 or 1.2.3.4 is expected')
