import { z } from 'zod'
import { AppError } from '../errors.ts'
import { bool } from '../http/fields.ts'
import { sent } from '../http/sent.ts'
import { isId } from '../ids.ts'

/** The channel of those who name none. */
const DEFAULT_CHANNEL = 'stable'

const short = () =>
  z.preprocess(blankToUndefined, z.string().max(256, 'must have at most 256 characters').optional())

/** The query of `GET /v3/releases/update` and `/latest`, as applications send it; empty parameters count as absent. */
export const ReleaseCheckQuery = z
  .instanceof(URLSearchParams)
  .transform((params) => Object.fromEntries(params))
  .pipe(
    z.object({
      productId: short(),
      platform: short(),
      channel: short(),
      version: short(),
      key: short(),
      allowed: sent(bool()),
    }),
  )
export type ReleaseCheckQuery = z.output<typeof ReleaseCheckQuery>

/** What an application asks for. */
export interface ReleaseCheck {
  productId: string
  /** Undefined = any. */
  platform: string | undefined
  channel: string
  /** The license key it runs on; undefined = none. */
  key: string | undefined
  /** Only what the license of the key may get, public releases included. */
  allowedOnly: boolean
}

/**
 * What a query asks for. The key is taken from the header `X-License-Key` first: an address is written into logs on its way.
 * @throws INVALID_PRODUCT_ID
 */
export function toReleaseCheck(query: ReleaseCheckQuery, headers: Headers): ReleaseCheck {
  const productId = query.productId?.toLowerCase() ?? ''
  if (!isId(productId))
    throw new AppError('INVALID_PRODUCT_ID', 'productId: the id of a product is expected.')
  return {
    productId,
    platform: query.platform,
    channel: query.channel ?? DEFAULT_CHANNEL,
    key: headers.get('x-license-key')?.trim() || query.key,
    allowedOnly: query.allowed ?? false,
  }
}

function blankToUndefined(value: unknown): unknown {
  if (typeof value !== 'string') return value
  // The database takes no NUL, and no name holds one.
  const trimmed = value.replaceAll('\0', '').trim()
  return trimmed === '' ? undefined : trimmed
}
