import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { type DescribedRoute, openApiDocument } from '#lib/web/http/openapi.ts'
import type { Operation } from '#lib/web/http/openapi-document.ts'

/** The formats that the description uses, as their standards say them. */
const FORMATS: Record<string, RegExp> = {
  uuid: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i,
  date: /^\d{4}-\d{2}-\d{2}$/,
  email: /^[^@\s]+@[^@\s]+$/,
  uri: /^[a-z][a-z0-9+.-]*:\S*$/i,
}

interface Published {
  operation: Operation
  /** Undefined for an answer without a JSON body. Made when a status first comes: most never do. */
  validatorFor(status: string): ValidateFunction | undefined
}

const published = new WeakMap<DescribedRoute['contract'], Published>()

/** The part of `public/openapi.json` that speaks of one route, made as that file is, with a validator that shares no code with it. */
function publishedOf(route: DescribedRoute): Published {
  const known = published.get(route.contract)
  if (known) return known
  const document = openApiDocument([route], '0')
  const operation = document.paths[route.path]?.[route.method.toLowerCase()]
  if (!operation) throw new Error(`${route.method} ${route.path} is not described`)
  const ajv = new Ajv2020({ strict: false, formats: FORMATS })
  ajv.addSchema({ $id: 'api', components: document.components })
  const validators = new Map<string, ValidateFunction>()
  const validatorFor = (status: string) => {
    const schema = operation.responses[status]?.content?.['application/json']?.schema
    if (!schema) return undefined
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/')
    const validate = validators.get(status) ?? ajv.compile(JSON.parse(text))
    validators.set(status, validate)
    return validate
  }
  const made = { operation, validatorFor }
  published.set(route.contract, made)
  return made
}

/** Holds an answer to what is published of its route: its status, the code of a refusal, every field and its kind. */
export function checkPublished(
  route: DescribedRoute,
  answer: { status: number; body: unknown; contentType: string | null },
): void {
  // What the caller holds is still right: HTTP describes that by itself.
  if (answer.status === 304 && answer.body === undefined) return
  const { operation, validatorFor } = publishedOf(route)
  const status = String(answer.status)
  const described = operation.responses[status]
  const name = `${route.method} ${route.path} answered ${status} ${JSON.stringify(answer.body)?.slice(0, 500) ?? ''}`
  if (!described) throw new Error(`${name}, a status that is not described`)
  const validate = validatorFor(status)
  if (described.content?.['text/csv']) {
    if (!answer.contentType?.startsWith('text/csv; charset=utf-8'))
      throw new Error(`${name}, which is no CSV`)
    return
  }
  if (!validate) {
    if (answer.body !== undefined) throw new Error(`${name}, a body that is not described`)
    return
  }
  if (!validate(answer.body))
    throw new Error(`${name}, unlike its description: ${JSON.stringify(validate.errors)}`)
  const code = codeOf(answer.body)
  if (answer.status >= 400 && !described.description.split(', ').includes(code)) {
    throw new Error(`${name}, a code that is not described`)
  }
}

function codeOf(body: unknown): string {
  return body !== null && typeof body === 'object' && 'code' in body ? String(body.code) : ''
}
