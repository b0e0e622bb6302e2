import { z } from 'zod'
import { id, int } from '#lib/core/input/fields.ts'

/** A device's request. Line breaks may have been added on the way. */
export const OfflineRequestText = z
  .string('text is expected')
  .max(65_536, 'is longer than any request')
  .refine((text) => text.trim() !== '', 'must not be empty')

export const OfflineDeactivateInput = z.object({ licenseId: id(), offlineRequest: OfflineRequestText })
export type OfflineDeactivateInput = z.output<typeof OfflineDeactivateInput>

export const OfflineActivateInput = OfflineDeactivateInput.extend({
  /** Validity of the response in seconds; 0 = no end. */
  responseValidity: int({ min: 0, max: 315_360_000 }),
})
export type OfflineActivateInput = z.output<typeof OfflineActivateInput>

export const OfflineResponseDto = z
  .object({
    offlineResponse: z.string().meta({ description: 'To be brought to the device, as a file or as text.' }),
    shortResponse: z
      .string()
      .meta({ description: 'The same for reading off a screen: without metadata and other details.' }),
  })
  .meta({ id: 'OfflineResponse' })
export type OfflineResponseDto = z.output<typeof OfflineResponseDto>
