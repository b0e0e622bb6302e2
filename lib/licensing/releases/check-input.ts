import { z } from 'zod'
import { AppError } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { bool, composed } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { plainQuery } from '#lib/core/input/plain-query.ts'

/** The default channel. */
const DEFAULT_CHANNEL = 'stable'

const short = (description: string) =>
  z
    .preprocess(
      blankToUndefined,
      z.string().overwrite(composed).max(256, 'must have at most 256 characters').optional(),
    )
    .meta({ description })

/** The query of `GET /v3/releases/update` and `/latest`, as applications send it; empty parameters count as absent. */
export const releaseCheckQuery = plainQuery({
  accountId: short('Whose product it is; default: by host, else the first account.'),
  productId: short('The id of the product.'),
  platform: short('What the release must run on; default: any.'),
  channel: short(`Default: ${DEFAULT_CHANNEL}.`),
  version: short('The version in use: 1.2, 1.2.3 or 1.2.3.4.'),
  key: licenseKey(),
  allowed: optionalField(bool()).meta({ description: 'Only what the license of the key may get.' }),
})

/** The query of `GET /v3/releases/{id}/allowed`. */
export const allowedQuery = plainQuery({
  accountId: short('Whose release it is; default: by host, else the first account.'),
  key: licenseKey(),
})
export type ReleaseCheckQuery = z.output<typeof releaseCheckQuery>

/** An application's update check. */
export interface ReleaseCheck {
  productId: string
  /** Undefined = any. */
  platform: string | undefined
  channel: string
  /** The license key that it runs with; undefined = none. */
  key: string | undefined
  /** Only what the license of the key may get, public releases included. */
  allowedOnly: boolean
}

/**
 * What a query asks for. The key in the header `X-License-Key` wins, because addresses are logged on their way.
 * @throws INVALID_PRODUCT_ID
 */
export function toReleaseCheck(query: ReleaseCheckQuery, headers: LicenseKeyHeader): ReleaseCheck {
  const productId = query.productId?.toLowerCase() ?? ''
  if (!isId(productId))
    throw new AppError('INVALID_PRODUCT_ID', 'productId: the id of a product is expected.')
  return {
    productId,
    platform: query.platform,
    channel: query.channel ?? DEFAULT_CHANNEL,
    key: licenseKeyOf(headers) ?? query.key,
    allowedOnly: query.allowed ?? false,
  }
}

/** The header of routes that take a license key, for their contracts. */
export const LICENSE_KEY_HEADER = { 'x-license-key': 'The license key.' } as const
type LicenseKeyHeader = Readonly<Record<keyof typeof LICENSE_KEY_HEADER, string | null>>

/** The license key that a request shows in its header. */
export function licenseKeyOf(headers: LicenseKeyHeader): string | undefined {
  return headers['x-license-key']?.trim() || undefined
}

function licenseKey() {
  return short(
    'The license key. Better sent in the header X-License-Key, because addresses are logged on their way.',
  )
}

function blankToUndefined(value: unknown): unknown {
  if (typeof value !== 'string') return value
  // The database takes no NUL, and no name holds one.
  const trimmed = value.replaceAll('\0', '').trim()
  return trimmed === '' ? undefined : trimmed
}
