/**
 * The one cookie of exactly that name in a `Cookie` or `Set-Cookie` line. Two of them are as good as none: a neighboring
 * host can plant a second one, and nobody can tell which is ours. Usable on the edge.
 */
export function readCookie(line: string, name: string): string | undefined {
  const values = line
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
  const [only] = values
  if (only === undefined || values.length > 1) return undefined
  try {
    return decodeURIComponent(only.slice(name.length + 1))
  } catch {
    return undefined
  }
}
