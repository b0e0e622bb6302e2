import { isIP } from 'node:net'
import { fieldError } from '#lib/core/errors.ts'
import { readWebAddress } from '#lib/core/web-address.ts'
import { isAllowedScheme } from './post-body.ts'
import { isPublicAddress } from './public-address.ts'

/** Names that never lead to a public host. */
const LOCAL_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|onion)$/

/**
 * The URL of a webhook, normalized. The host is resolved and checked with every delivery. What the text alone shows is refused
 * at once.
 * @throws INVALID_INPUT
 */
export function readWebhookUrl(text: string): string {
  const url = readWebAddress(text)
  if (!url || !isAllowedScheme(url.protocol))
    throw fieldError('url', 'a URL that starts with https:// and holds no user name or password is expected')
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  const isPrivate = isIP(host) ? !isPublicAddress(host) : LOCAL_NAME.test(host) || !host.includes('.')
  if (isPrivate)
    throw fieldError(
      'url',
      'must lead to a public address: private networks and this machine are not reached',
    )
  url.hash = ''
  return url.href
}
