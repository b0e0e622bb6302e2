import type { Methods } from '#lib/web/http/methods.ts'

export interface FoundRoute {
  methods: Partial<Methods>
  params: Record<string, string>
}

interface Place {
  methods: Partial<Methods>
  /** Names of its dynamic segments, from left to right. Two files may name one segment differently. */
  names: readonly string[]
}

interface Branch {
  statics: Map<string, Branch>
  dynamic: Branch | undefined
  place: Place | undefined
}

const newBranch = (): Branch => ({ statics: new Map(), dynamic: undefined, place: undefined })

/**
 * The route files as a tree of their paths' segments. For plain paths it finds the same file as the router: static segments
 * before dynamic ones, one file for all methods of a path.
 */
export class RouteTree {
  private readonly top = newBranch()
  /** Paths without dynamic segments: nothing needs to be searched for them. */
  private readonly fixed = new Map<string, FoundRoute>()

  /** `segments` as in `['v3', 'users', '[id]']`. */
  add(segments: readonly string[], methods: Partial<Methods>): void {
    // Unknown paths are left to the router.
    if (segments.some((segment) => segment.startsWith('[...'))) return
    let branch = this.top
    const names: string[] = []
    for (const segment of segments) {
      if (segment.startsWith('[')) {
        names.push(segment.slice(1, -1))
        branch.dynamic ??= newBranch()
        branch = branch.dynamic
      } else {
        const next = branch.statics.get(segment) ?? newBranch()
        branch.statics.set(segment, next)
        branch = next
      }
    }
    branch.place = { methods, names }
    if (names.length === 0) this.fixed.set(`/${segments.join('/')}`, { methods, params: {} })
  }

  /** The file for an absolute path without query; undefined for a path that none of them has. */
  find(path: string): FoundRoute | undefined {
    const fixed = this.fixed.get(path)
    if (fixed) return fixed
    const values: string[] = []
    const place = search(this.top, path.split('/'), 1, values)
    if (!place) return undefined
    const params: Record<string, string> = {}
    for (const [at, name] of place.names.entries()) params[name] = values[at] ?? ''
    return { methods: place.methods, params }
  }
}

function search(
  branch: Branch,
  segments: readonly string[],
  at: number,
  values: string[],
): Place | undefined {
  const segment = segments[at]
  if (segment === undefined) return branch.place
  const next = branch.statics.get(segment)
  const found = next && search(next, segments, at + 1, values)
  if (found || !branch.dynamic) return found
  values.push(segment)
  const below = search(branch.dynamic, segments, at + 1, values)
  if (!below) values.pop()
  return below
}
