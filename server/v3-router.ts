import { readdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Hono } from 'hono'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { errorResponse } from '#lib/web/http/error-response.ts'
import type { Method, Methods } from '#lib/web/http/methods.ts'

const METHODS: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

interface RouteFile {
  /** `['v3', 'users', '[id]']` */
  segments: string[]
  file: string
}

/** Every route file below a folder of `app`, static segments before dynamic ones, because the first match wins. */
export function findRouteFiles(appFolder: string, below: string): RouteFile[] {
  return readdirSync(join(appFolder, below), { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|[\\/])route\.ts$/.test(file))
    .map((file) => ({
      segments: [below, ...file.split(sep).slice(0, -1)],
      file: join(appFolder, below, file),
    }))
    .sort((a, b) => compareSegments(a.segments, b.segments))
}

/** Static before `[id]` before `[...rest]`, segment by segment. */
function compareSegments(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = rank(a[at]) - rank(b[at])
    if (difference !== 0) return difference
    if (a[at] !== b[at]) return (a[at] ?? '') < (b[at] ?? '') ? -1 : 1
  }
  return 0
}

function rank(segment: string | undefined): number {
  if (segment === undefined) return 0
  if (segment.startsWith('[...')) return 3
  return segment.startsWith('[') ? 2 : 1
}

function honoPath(segments: readonly string[]): string {
  const parts = segments.map((segment) => {
    if (segment.startsWith('[...')) return '*'
    return segment.startsWith('[') ? `:${segment.slice(1, -1)}` : segment
  })
  return `/${parts.join('/')}`
}

/** A route file's segments (`['v3', 'users', '[id]']`) and what it exports. */
export interface MountedRoute {
  segments: readonly string[]
  methods: Partial<Methods>
}

/** Takes web-standard requests. `routes` are the mounted files, for the fast path. */
export interface V3Router {
  fetch: (request: Request) => Response | Promise<Response>
  routes: readonly MountedRoute[]
}

/** Mounts the Web API's route files, the very ones that Next serves, on a router of their own. */
export async function createV3Router(appFolder: string): Promise<V3Router> {
  const router = new Hono({ strict: false })
  const routes: MountedRoute[] = []
  for (const { segments, file } of findRouteFiles(appFolder, 'v3')) {
    const module: Partial<Methods> = await import(pathToFileURL(file).href)
    routes.push({ segments, methods: module })
    for (const method of METHODS) {
      const handler = module[method]
      if (!handler) throw new Error(`${file} does not export ${method}`)
      if (method === 'HEAD') continue
      router.on(method, honoPath(segments), (c) => {
        // Hono routes HEAD as GET; the route file has its own HEAD.
        const serve = c.req.raw.method === 'HEAD' ? (module.HEAD ?? handler) : handler
        return serve(c.req.raw, { params: Promise.resolve(c.req.param()) })
      })
    }
  }
  // Every path has a route, so only unknown methods arrive here.
  router.notFound((c) =>
    errorResponse(new AppError('METHOD_NOT_ALLOWED', `${c.req.method} is not allowed here.`), newId()),
  )
  router.onError((error) => errorResponse(error, newId()))
  return { fetch: (request) => router.fetch(request), routes }
}
