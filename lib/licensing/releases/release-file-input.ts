import { z } from 'zod'
import { env } from '#lib/core/env.ts'
import { bool, id, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { isLoopback } from '#lib/core/ip-address.ts'
import { readWebAddress } from '#lib/core/web-address.ts'

/** Largest file that is described, bytes: what every client counts exactly. */
const MAX_SIZE = Number.MAX_SAFE_INTEGER

const fileUrl = () =>
  z
    .string('a URL is expected')
    .trim()
    .max(2048, 'must have at most 2048 characters')
    .transform((value, refinement) => {
      const url = readWebAddress(value)
      if (url && isFetchable(url)) return url.href
      refinement.addIssue({ code: 'custom', message: 'a URL that starts with https:// is expected' })
      return z.NEVER
    })

/** Downloads are programs, so they need https. Only a test installation accepts http files of its own machine. */
function isFetchable(url: URL): boolean {
  if (url.protocol === 'https:') return true
  return url.protocol === 'http:' && env().BILLING_MODE === 'test' && isLoopback(url.hostname)
}

/** Body of `POST /v3/release-files`. */
export const CreateReleaseFileInput = z.object({
  releaseId: id(),
  name: z
    .string('text is expected')
    .trim()
    .pipe(text(256, 1))
    .refine((name) => !/[/\\]/.test(name) && name !== '.' && name !== '..', 'must be the name of a file'),
  url: fileUrl(),
  size: optionalField(
    z.preprocess(wholeNumber, z.int('a whole number is expected').min(0).max(MAX_SIZE)),
  ).meta({
    description: 'Bytes.',
  }),
  checksum: optionalField(
    z
      .string('text is expected')
      .trim()
      .toLowerCase()
      .regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the file is expected, as 64 hex characters'),
  ),
  secured: optionalField(bool()).meta({
    description: 'Only with a license that allows the release. Default: true.',
  }),
})
export type CreateReleaseFileInput = z.output<typeof CreateReleaseFileInput>

/** Old clients send numbers as text. */
function wholeNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,16}$/.test(value.trim()) ? Number(value) : value
}

/** The file's extension: `.dmg` of `App.dmg`, `.tar.gz` of `app.tar.gz`. */
export function extensionOf(name: string): string {
  return /(\.tar)?\.(?=\d*[A-Za-z])[A-Za-z0-9]{1,10}$/.exec(name)?.[0].toLowerCase() ?? ''
}
