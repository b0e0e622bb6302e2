import { z } from 'zod'
import * as restRoute from '#app/v3/[...rest]/route.ts'
import * as licensePolicyRoute from '#app/v3/license-policies/[id]/route.ts'
import * as licensePoliciesRoute from '#app/v3/license-policies/route.ts'
import * as licenseTemplateRoute from '#app/v3/license-templates/[id]/route.ts'
import * as licenseTemplatesRoute from '#app/v3/license-templates/route.ts'
import * as expiresAtRoute from '#app/v3/licenses/[id]/expires-at/route.ts'
import * as extendRoute from '#app/v3/licenses/[id]/extend/route.ts'
import * as renewRoute from '#app/v3/licenses/[id]/renew/route.ts'
import * as licenseRoute from '#app/v3/licenses/[id]/route.ts'
import * as licenseMetadataRoute from '#app/v3/licenses/metadata/[id]/route.ts'
import * as licensesRoute from '#app/v3/licenses/route.ts'
import * as myLicenseRoute from '#app/v3/me/licenses/[id]/route.ts'
import * as myLicensesRoute from '#app/v3/me/licenses/route.ts'
import * as productRoute from '#app/v3/products/[id]/route.ts'
import * as productsRoute from '#app/v3/products/route.ts'
import * as statusRoute from '#app/v3/status/route.ts'
import type { Methods } from '#lib/http/methods.ts'
import { type Answer, type Call, routeCaller } from './route-caller.ts'

const routes: Record<string, Methods> = {
  '/v3/licenses': licensesRoute,
  '/v3/licenses/[id]': licenseRoute,
  '/v3/licenses/[id]/renew': renewRoute,
  '/v3/licenses/[id]/extend': extendRoute,
  '/v3/licenses/[id]/expires-at': expiresAtRoute,
  '/v3/licenses/metadata/[id]': licenseMetadataRoute,
  '/v3/me/licenses': myLicensesRoute,
  '/v3/me/licenses/[id]': myLicenseRoute,
  '/v3/license-templates': licenseTemplatesRoute,
  '/v3/license-templates/[id]': licenseTemplateRoute,
  '/v3/license-policies': licensePoliciesRoute,
  '/v3/license-policies/[id]': licensePolicyRoute,
  '/v3/products': productsRoute,
  '/v3/products/[id]': productRoute,
  '/v3/status': statusRoute,
  '/v3/nowhere': restRoute,
}

const caller = routeCaller(routes)
const patterns = Object.entries(routes).map(([path, module]) => ({
  pattern: new RegExp(`^${path.replace(/\[\w+\]/g, '[^/]+')}$`),
  module,
}))

const Envelope = z.strictObject({
  message: z.string().min(1),
  code: z.string().regex(/^[A-Z_]+$/),
  fields: z.record(z.string(), z.string()).optional(),
})

/** Calls a route file of the Web API and holds its answer to the route's own contract. */
export async function v3(path: string, options: Call = {}): Promise<Answer> {
  const answer = await caller.call(path, options)
  const method = options.method ?? (options.body === undefined ? 'GET' : 'POST')
  const pathname = path.replace(/\?.*/, '')
  const contract = patterns.find(({ pattern }) => pattern.test(pathname))?.module[method].contract
  if (answer.status >= 400 && method !== 'HEAD') Envelope.parse(answer.body)
  else if (contract) {
    if (answer.status !== contract.status) throw new Error(`${path} answered ${answer.status}`)
    if (contract.response) contract.response.parse(answer.body)
    else if (answer.body !== undefined) throw new Error(`${path} answered a body`)
  }
  return answer
}

/** The body of an answer of the expected status, for reading. */
export function bodyOf<S extends z.ZodType>(answer: Answer, schema: S, status = 200): z.output<S> {
  if (answer.status !== status) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`)
  return schema.parse(answer.body)
}
