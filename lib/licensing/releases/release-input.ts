import { z } from 'zod'
import { bool, id, instantInput, NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { optionalField, optionalText } from '#lib/core/input/optional-field.ts'
import { parseVersion } from '#lib/core/version.ts'

/** Most platforms that one release is for. */
const PLATFORM_LIMIT = 20
export const NOTES_LIMIT = 20_000

/** The name of a channel or platform: applications send it, so it has no spaces around it and no commas in it. */
export const releaseName = () =>
  z
    .string('text is expected')
    .trim()
    .pipe(text(NAME_LENGTH, 1))
    .refine((name) => !/[,\n\r\t]/.test(name), 'must not hold commas or line breaks')

const version = () =>
  z
    .string('a version like 1.2, 1.2.3 or 1.2.3.4 is expected')
    .trim()
    .refine((value) => parseVersion(value), 'a version like 1.2, 1.2.3 or 1.2.3.4 is expected')

const platforms = () =>
  z.preprocess(
    // A form sends one platform as text, and several lines or commas as one text.
    (value) => (typeof value === 'string' ? value.split(/[,\n]/).filter((part) => part.trim()) : value),
    z
      .array(releaseName())
      .min(1, 'at least one platform is needed')
      .max(PLATFORM_LIMIT, `at most ${PLATFORM_LIMIT} platforms are kept`)
      .transform((names) => [...new Set(names)]),
  )

const shared = {
  platforms: optionalField(platforms()).meta({
    description: 'What it runs on. New names are made platforms.',
  }),
  platform: optionalField(releaseName()).meta({
    description: 'Old form of platforms, for one.',
    deprecated: true,
  }),
  private: optionalField(bool()).meta({ description: 'Only with a license that allows it. Default: true.' }),
  notes: optionalText(NOTES_LIMIT),
}

/** Body of `POST /v3/releases`. */
export const CreateReleaseInput = z
  .object({
    ...shared,
    productId: id(),
    name: text(256, 1),
    version: version(),
    channel: releaseName().meta({ description: 'A new name is made a channel.' }),
    createdAt: optionalField(instantInput()),
  })
  .refine((input) => input.platforms ?? input.platform, {
    path: ['platforms'],
    error: 'at least one platform is needed',
  })
export type CreateReleaseInput = z.output<typeof CreateReleaseInput>

/** Body of `PATCH /v3/releases/{id}`. */
export const UpdateReleaseInput = z.object({
  ...shared,
  productId: optionalField(id()),
  name: optionalField(text(256, 1)),
  version: optionalField(version()),
  channel: optionalField(releaseName()),
})
export type UpdateReleaseInput = z.output<typeof UpdateReleaseInput>

/** Body of `POST /v3/releases/{id}/publish`; real clients send none. */
export const PublishReleaseInput = z.object({
  publishedAt: optionalField(instantInput()).meta({
    description:
      'When it came out, for releases of another system; maintenance is judged by it. Default: now.',
  }),
})
export type PublishReleaseInput = z.output<typeof PublishReleaseInput>

/** The platforms that a body names, in either form. Undefined when it names none. */
export function platformsOf(input: {
  platforms?: string[] | undefined
  platform?: string | undefined
}): string[] | undefined {
  return input.platforms ?? (input.platform === undefined ? undefined : [input.platform])
}
