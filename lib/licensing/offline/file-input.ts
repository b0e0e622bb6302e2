import { z } from 'zod'
import { bool, int } from '#lib/core/input/fields.ts'

const HOUR = 3_600
const DAY = 86_400

/** What a file may include besides the license or the device. */
export const INCLUDES = ['entitlements', 'product', 'policy', 'user'] as const

const include = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value),
  z.array(z.enum(INCLUDES, `any of ${INCLUDES.join(', ')} is expected`)).max(INCLUDES.length),
)

/** How a license or machine file is to be made; everything has a default. */
export const FileInput = z.object({
  /** Seconds until the file expires. */
  ttl: int({ min: HOUR, max: 3_650 * DAY })
    .nullish()
    .transform((ttl) => ttl ?? 30 * DAY),
  include: include.nullish().transform((names) => [...new Set(names ?? INCLUDES)]),
  /** Whether the license key (and the device's fingerprint) is needed to read it. */
  encrypt: bool()
    .nullish()
    .transform((encrypt) => encrypt ?? true),
})
export type FileInput = z.output<typeof FileInput>
export type Include = FileInput['include'][number]

/** A file for people, made with the defaults. */
export const DEFAULT_FILE: FileInput = FileInput.parse({})
