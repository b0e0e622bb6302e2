import { z } from 'zod'
import { isoDate, NAME_LENGTH } from '#lib/core/input/fields.ts'
import { optionalField, optionalText } from '#lib/core/input/optional-field.ts'
import { releaseName } from './release-input.ts'

/** A channel (`stable`, `beta`) or a platform (`windows`, `macos-arm64`) of releases. */
export const ReleaseNameDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string().meta({ description: 'What applications send when they look for updates.' }),
    displayName: z.string().meta({ description: 'What people read; the name if it was left empty.' }),
    totalReleases: z.int(),
  })
  .meta({ id: 'ReleaseName' })
export type ReleaseNameDto = z.output<typeof ReleaseNameDto>

/** Body of `POST /v3/release-channels` and `/v3/release-platforms`. */
export const CreateReleaseNameInput = z.object({
  name: releaseName(),
  displayName: optionalText(NAME_LENGTH),
})
export type CreateReleaseNameInput = z.output<typeof CreateReleaseNameInput>

/** Body of their PATCH. A name that releases use stays. */
export const UpdateReleaseNameInput = z.object({
  name: optionalField(releaseName()),
  displayName: optionalText(NAME_LENGTH),
})
export type UpdateReleaseNameInput = z.output<typeof UpdateReleaseNameInput>

/** A channel or platform with the number of releases that use it. */
export interface LoadedReleaseName {
  id: string
  name: string
  displayName: string
  createdAt: Date
  updatedAt: Date
  totalReleases: number
}

export function toReleaseNameDto(row: LoadedReleaseName): ReleaseNameDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    displayName: row.displayName || row.name,
    totalReleases: row.totalReleases,
  }
}
