import { z } from 'zod'
import { id, int, text } from '#lib/core/input/fields.ts'

/** Clients count in unsigned 32-bit numbers. A larger step is a mistake. */
const MOST = 4_294_967_295

/** Uses to add, or, when negative, to give back. */
const uses = () => int({ min: -MOST, max: MOST })

/**
 * What a device has used, in the body of activating and synchronizing: `uses` is the device's whole count (sent again it
 * changes nothing), `usesIncrement` is added to it.
 */
export const MeterChanges = z
  .array(
    z
      .object({
        name: text(256, 1),
        uses: int({ min: 0, max: MOST }).nullish(),
        usesIncrement: uses().nullish(),
      })
      .refine(({ uses, usesIncrement }) => uses == null || usesIncrement == null, {
        message: 'uses and usesIncrement exclude each other',
        path: ['uses'],
      }),
  )
  .max(50, 'at most 50 counters are taken')
  .superRefine((entries, refinement) => {
    const seen = new Set<string>()
    for (const [index, { name }] of entries.entries()) {
      if (seen.has(name)) {
        refinement.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: 'this name is already in the list',
        })
      }
      seen.add(name)
    }
  })
export type MeterChanges = z.output<typeof MeterChanges>

const shown = (max: number) =>
  z
    .string()
    .max(max)
    .nullish()
    .transform((value) => value?.trim() || undefined)

/** The body of an increment. What is shown besides the id must fit. */
export const IncrementInput = z.object({
  increment: uses(),
  activationId: id(),
  key: shown(1024),
  // As long as a device's own can be.
  fingerprint: shown(4_096),
})
export type IncrementInput = z.output<typeof IncrementInput>

export const IncrementDto = z.object({
  name: z.string(),
  /** This activation's. */
  uses: z.int(),
  licenseAllowedUses: z.int(),
  licenseTotalUses: z.int(),
  licenseGrossUses: z.int(),
})
export type IncrementDto = z.output<typeof IncrementDto>
