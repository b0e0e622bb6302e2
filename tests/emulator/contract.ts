import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { contract } from '#emulator/contract/load.ts'
import { matchRoute } from '#emulator/contract/routes.ts'

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
ajv.addSchema({ $id: 'stripe', components: contract().components })

const compiled = new Map<string, ValidateFunction>()

/** Fails unless the answer has the contract's shape for that operation (or Stripe's error shape). */
export async function checkExchange(method: string, path: string, response: Response): Promise<void> {
  if (!response.headers.get('content-type')?.includes('json')) return
  const body: unknown = await response.json()
  if (response.status >= 400) return
  const route = matchRoute(method, path)
  if (!route) throw new Error(`${method} ${path} answered ${response.status} but is not in the contract`)
  check(route.operationId, route.response, body)
}

/** Fails unless an event is documented and its object has the shape the contract gives for its type. */
export function checkEvent(event: { type: string; data: { object: unknown } }): void {
  const known = contract()['x-events'][event.type]
  if (!known) throw new Error(`${event.type} is not in the contract`)
  check(`event ${event.type}`, known.object, event.data.object)
  check('event', { $ref: '#/components/schemas/EventBase' }, event)
}

function check(name: string, schema: object, value: unknown): void {
  let validate = compiled.get(name)
  if (!validate) {
    validate = ajv.compile(
      JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"stripe#/components')),
    )
    compiled.set(name, validate)
  }
  if (!validate(value)) {
    throw new Error(`${name} breaks the contract: ${ajv.errorsText(validate.errors?.slice(0, 5))}`)
  }
}
