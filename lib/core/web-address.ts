/** Addresses that come from outside, read the way a browser reads them. Edge code uses this too. */

/** Longest path that is taken, characters. */
const PATH_LIMIT = 1000

/**
 * The path (with query and fragment) of an address that leads to `origin` and nowhere else; undefined for any other. The text
 * is a path that starts with `/`, or a whole address of the origin. A browser drops tabs and reads `\` as `/`, so a rule about
 * the text is not enough: the function parses it, compares the origin, and writes the path anew. It parses the new path once
 * more, because `/.//host` is a path of ours whose written form, `//host`, names another host.
 */
export function ownPath(raw: unknown, origin: string): string | undefined {
  if (typeof raw !== 'string' || raw.length > PATH_LIMIT || /[\\\p{Cc}]/u.test(raw)) return undefined
  const own = parse(origin)
  if (!own || (!raw.startsWith('/') && !raw.startsWith(`${own.origin}/`))) return undefined
  const address = parse(raw, own.origin)
  if (!address || address.origin !== own.origin || address.username || address.password) return undefined
  const path = address.pathname + address.search + address.hash
  const again = parse(path, own.origin)
  return again?.origin === own.origin && again.pathname === address.pathname ? path : undefined
}

/**
 * A whole address of the web: http or https, a host, neither user name nor password. Undefined for any other, so that nothing
 * shown as a link runs a script or hides where it leads.
 */
export function readWebAddress(text: string): URL | undefined {
  const url = parse(text.trim())
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined
  return url.username === '' && url.password === '' ? url : undefined
}

function parse(text: string, base?: string): URL | undefined {
  return URL.canParse(text, base) ? new URL(text, base) : undefined
}
