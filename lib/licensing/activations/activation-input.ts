import { z } from 'zod'
import { bool, exactText, id, instantInput, int, text } from '#lib/core/input/fields.ts'
import { METADATA_LIMITS, metadataValue } from '#lib/core/metadata/metadata.ts'
import { MeterChanges } from '../meters/meter-input.ts'

const DEVICE_OS = ['windows', 'linux', 'macos', 'android', 'ios'] as const

/** Characters of a fingerprint. */
export const FINGERPRINT_LENGTH = { min: 8, max: 4_096 } as const

/** Real clients send empty text, and some null, for what they do not know (contract §4.6). */
const blankAs = <S extends z.ZodType>(schema: S, blank: z.input<S>) =>
  z.preprocess((value) => (value === undefined || value === null || value === '' ? blank : value), schema)

const optionalText = (max: number) => blankAs(text(max), '')

const exactOrBlank = (max: number) => blankAs(exactText(max), '')

/** ISO 8601, or unix seconds as the native client's language bindings have them; 0 = unknown. */
const publishedAt = z.preprocess((value) => {
  const seconds = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value
  if (value === null || value === '' || seconds === 0) return undefined
  return typeof seconds === 'number' ? new Date(seconds * 1000) : value
}, instantInput().optional())

/** Later ones of the same key win: a device may well set a value twice before it sends them. */
const deviceMetadata = z
  .array(z.object({ key: exactText(METADATA_LIMITS.key, 1), value: metadataValue }))
  .max(METADATA_LIMITS.entries, `at most ${METADATA_LIMITS.entries} entries are kept`)
  .nullish()
  .transform((entries) =>
    entries ? [...new Map(entries.map((entry) => [entry.key, entry])).values()] : undefined,
  )

/** The body of both activating and synchronizing. Other members have no effect. */
export const ActivationInput = z.object({
  productId: exactText(256),
  key: exactText(1024).transform((key) => key.trim()),
  /** The native client sends some hundred characters that name the computer's parts; shorter own ones are taken. */
  fingerprint: exactText(FINGERPRINT_LENGTH.max, FINGERPRINT_LENGTH.min),
  os: z.preprocess(
    (value) => (typeof value === 'string' ? value.toLowerCase() : value),
    z.enum(DEVICE_OS, `one of ${DEVICE_OS.join(', ')} is expected`),
  ),
  osVersion: optionalText(256),
  hostname: optionalText(256),
  /** Maker of the virtual machine; empty on bare metal. */
  vmName: optionalText(256),
  container: blankAs(bool(), false),
  appVersion: optionalText(256),
  /** `1.2`, `1.2.3` or `1.2.3.4`; empty where the application names none. */
  releaseVersion: optionalText(256),
  releasePlatform: optionalText(256),
  releaseChannel: optionalText(256),
  releasePublishedAt: publishedAt,
  clientVersion: optionalText(256),
  /** Hash of the operating system's user; empty where the client has none. */
  userHash: exactOrBlank(256),
  /** Sent by a floating server on the customer's premises. */
  floating: blankAs(bool(), false),
  /** Seconds, where the license lets the client choose; 0 = the license's own. */
  leaseDuration: blankAs(int(), 0),
  /** For licenses that ask for their owner's sign-in. */
  email: exactOrBlank(320),
  password: exactOrBlank(1024),
  /** Replaces what is stored; absent leaves it. */
  metadata: deviceMetadata,
  /** Uses of the license's counters; all of them count, or nothing does. */
  meterAttributes: MeterChanges.nullish(),
  /** Of a license whose instances are counted: names this run; empty = the computer. */
  instanceId: exactOrBlank(256),
  /** Ours: repeated in the token (`rid`), so that the device can match the answer to this request. */
  requestId: exactOrBlank(64),
  /** Ours: on a full license, the device whose place to take, by id, or the one that was silent longest. */
  replace: z
    .union([z.literal('oldest'), id()], 'oldest or the id of an activation is expected')
    .nullish()
    .or(z.literal('').transform(() => undefined)),
})
export type ActivationInput = z.output<typeof ActivationInput>
