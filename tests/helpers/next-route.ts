import { AsyncLocalStorage } from 'node:async_hooks'
import { createRequire } from 'node:module'

/** What a route file of pages exports, as far as tests call it. */
export interface RouteFile {
  POST(request: Request, context: { params: Promise<Record<string, string>> }): Promise<Response>
}

interface RouteModule {
  handle(request: Request, context: object): Promise<Response>
}

/** Next expects it where its own server has put it. */
Object.assign(globalThis, { AsyncLocalStorage })
const require = createRequire(import.meta.url)
const {
  AppRouteRouteModule,
}: {
  AppRouteRouteModule: new (options: object) => RouteModule
} = require('next/dist/server/route-modules/app-route/module.js')
const { NextRequest }: { NextRequest: new (url: string, init: RequestInit) => Request } =
  require('next/server.js')

/**
 * Runs a route file inside Next's own route module, so that `cookies()` and `headers()` are the real ones. The file is
 * loaded here, because what it imports of Next needs what is set above.
 */
export async function callNextRoute(
  load: () => Promise<RouteFile>,
  path: string,
  init: RequestInit,
  params?: Record<string, string>,
): Promise<Response> {
  const module = new AppRouteRouteModule({
    definition: { kind: 'APP_ROUTE', page: `${path}/route`, pathname: path, filename: '', bundlePath: '' },
    distDir: '.next',
    relativeProjectDir: '',
    resolvedPagePath: path,
    nextConfigOutput: undefined,
    userland: load,
  })
  return module.handle(new NextRequest(`http://portal.test${path}`, init), {
    params,
    previewProps: { previewModeId: '', previewModeEncryptionKey: '', previewModeSigningKey: '' },
    renderOpts: {
      experimental: {},
      cacheComponents: false,
      waitUntil: () => undefined,
      onClose: () => undefined,
    },
    sharedContext: { buildId: 'test', deploymentId: '' },
  })
}
