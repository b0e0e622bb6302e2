import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { forwardMe, forwardMyActivations, forwardMyLicense, forwardMyLicenses } from '#lib/web/bff/me.ts'

const handlers = { forwardMe, forwardMyActivations, forwardMyLicense, forwardMyLicenses }

/** The BFF's handlers, called on one runtime or the other with the same request. */
export interface BffCall {
  handler: keyof typeof handlers
  method?: string
  /** Path and query under the portal's origin. */
  path?: string
  headers?: Record<string, string>
  body?: string
  id?: string
}
export interface BffAnswer {
  status: number
  headers: Record<string, string>
  text: string
}
export type BffRuntime = (call: BffCall) => Promise<BffAnswer>

const PORTAL = 'http://portal.test'

/** The same handlers, imported into Node. */
export const onNode: BffRuntime = async ({
  handler,
  method = 'GET',
  path = '/api/me',
  headers,
  body,
  id = '',
}) => {
  const request = new Request(PORTAL + path, {
    method,
    ...(headers && { headers }),
    ...(body !== undefined && { body }),
  })
  const answer = await handlers[handler](request, { params: Promise.resolve({ id }) })
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    text: await answer.text(),
  }
}

interface EdgeSandbox {
  evaluate(code: string): Promise<string>
}

/**
 * The same handlers, bundled and run in the sandbox that Next runs edge routes in: no Node module, no `process`, no
 * `Buffer`; whatever they need beyond the web's own APIs fails here.
 */
export async function onEdge(env: Record<string, string>): Promise<BffRuntime> {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, '../../lib/web/bff/me.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'bff',
    platform: 'browser',
    conditions: ['edge-light', 'worker', 'browser'],
    define: { 'process.env': 'globalThis.edgeEnvironment' },
  })
  const { EdgeRuntime }: { EdgeRuntime: new (options: { initialCode: string }) => EdgeSandbox } =
    createRequire(import.meta.url)('next/dist/compiled/edge-runtime')
  const sandbox = new EdgeRuntime({
    initialCode: `globalThis.edgeEnvironment = ${JSON.stringify(env)};
      ${bundle.outputFiles[0]?.text}
      globalThis.answer = async ({ handler, method = 'GET', path = '/api/me', headers, body, id = '' }) => {
        const request = new Request('${PORTAL}' + path, { method, headers: headers ?? {}, body })
        const response = await bff[handler](request, { params: Promise.resolve({ id }) })
        return JSON.stringify({
          status: response.status,
          headers: Object.fromEntries(response.headers),
          text: await response.text(),
        })
      }`,
  })
  return async (call) => JSON.parse(await sandbox.evaluate(`answer(${JSON.stringify(call)})`))
}
