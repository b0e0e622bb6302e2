import { join } from 'node:path'
import { z } from 'zod'
import type { Methods } from '#lib/web/http/methods.ts'
import { findRouteFiles } from '#server/v3-router.ts'
import { type Answer, type Call, routeCaller } from './route-caller.ts'

/** Every path of the Web API, in the order in which the server tries them; `[...rest]` takes what is left. */
const routes = findRouteFiles(join(import.meta.dirname, '../../app'), 'v3').map(({ segments, file }) => {
  const parts = segments.map((part) =>
    part.startsWith('[...') ? '.+' : part.startsWith('[') ? '[^/]+' : part.replaceAll('.', '\\.'),
  )
  return { path: `/${segments.join('/')}`, pattern: new RegExp(`^/${parts.join('/')}$`), file }
})

const Envelope = z.strictObject({
  message: z.string().min(1),
  code: z.string().regex(/^[A-Z_]+$/),
  fields: z.record(z.string(), z.string()).optional(),
  fixUrl: z.url().optional(),
})

/** Calls a route file of the Web API and holds its answer to the route's own contract. */
export async function v3(path: string, options: Call = {}): Promise<Answer> {
  const pathname = path.replace(/\?.*/, '')
  const route = routes.find(({ pattern }) => pattern.test(pathname))
  if (!route) throw new Error(`no route for ${pathname}`)
  const module: Methods = await import(route.file)
  const isRest = route.path.includes('[...')
  const answer = await routeCaller({ [isRest ? pathname : route.path]: module }).call(path, options)
  const method = options.method ?? (options.body === undefined ? 'GET' : 'POST')
  const contract = module[method].contract
  if (answer.status >= 400 && method !== 'HEAD') Envelope.parse(answer.body)
  else if (contract?.orNothing && answer.status === 204) {
    if (answer.body !== undefined) throw new Error(`${path} answered a body`)
  } else if (contract) {
    if (answer.status !== contract.status) throw new Error(`${path} answered ${answer.status}`)
    if (contract.response) contract.response.parse(answer.body)
    else if (contract.csv)
      z.string().startsWith(Object.keys(contract.csv.columns).join(',')).parse(answer.body)
    else if (answer.body !== undefined) throw new Error(`${path} answered a body`)
  }
  return answer
}

/** The body of an answer of the expected status, for reading. */
export function bodyOf<S extends z.ZodType>(answer: Answer, schema: S, status = 200): z.output<S> {
  if (answer.status !== status) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`)
  return schema.parse(answer.body)
}
