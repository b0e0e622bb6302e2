import { headers } from 'next/headers'
import { env } from '#lib/core/env.ts'
import { AppError } from '#lib/core/errors.ts'

/**
 * Checks that a form was sent by our own pages. Next lets a missing `Origin` and a forged `X-Forwarded-Host` pass, so the
 * origin is compared with PUBLIC_URL here.
 * @throws CROSS_ORIGIN_REFUSED
 */
export async function requireSameOrigin(): Promise<void> {
  const requestHeaders = await headers()
  const site = requestHeaders.get('sec-fetch-site')
  const origin = requestHeaders.get('origin')
  if (origin !== new URL(env().PUBLIC_URL).origin || (site !== null && site !== 'same-origin')) {
    throw new AppError('CROSS_ORIGIN_REFUSED', `This form can only be sent from ${env().PUBLIC_URL}.`)
  }
}
