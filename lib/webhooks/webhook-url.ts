import { isIP } from 'node:net'
import { fieldError } from '../errors.ts'
import { isAllowedScheme } from './post-body.ts'
import { isPublicAddress } from './public-address.ts'

/** Names that never lead to a public host. */
const LOCAL_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|onion)$/

/**
 * The URL of a webhook, normalized. What its name leads to is looked at with every delivery; what can be told from the text
 * is refused at once.
 * @throws INVALID_INPUT
 */
export function readWebhookUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !isAllowedScheme(url.protocol))
    throw fieldError('url', 'a URL that starts with https:// is expected')
  if (url.username || url.password) throw fieldError('url', 'must not hold a user name or password')
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
