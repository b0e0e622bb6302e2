/** One cookie out of a `Cookie` or `Set-Cookie` line; the first of several of that name. */
export function readCookie(line: string, name: string): string | undefined {
  for (const pair of line.split(';')) {
    const [key, ...rest] = pair.split('=')
    if (key?.trim() !== name) continue
    try {
      return decodeURIComponent(rest.join('=').trim())
    } catch {
      return undefined
    }
  }
  return undefined
}
