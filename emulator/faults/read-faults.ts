import { invalidParam } from '../http/errors.ts'
import { API_ACTIONS, type ApiFault, WEBHOOK_ACTIONS, type WebhookFault } from './faults.ts'

type Field = 'number' | 'string' | 'strings'

const WEBHOOK_FIELDS: ReadonlyMap<string, Field> = new Map(
  Object.entries<Field>({
    types: 'strings',
    count: 'number',
    times: 'number',
    ms: 'number',
    seed: 'number',
  }),
)
const API_FIELDS: ReadonlyMap<string, Field> = new Map(
  Object.entries<Field>({
    method: 'string',
    path: 'string',
    count: 'number',
    ms: 'number',
    when: 'string',
  }),
)

/** Reads `{ webhooks: […], api: […] }`. @throws ApiError 400 naming what is wrong */
export function readFaults(body: Record<string, unknown>): { webhooks: WebhookFault[]; api: ApiFault[] } {
  for (const name of Object.keys(body)) {
    if (name !== 'webhooks' && name !== 'api') throw invalidParam(`Received unknown parameter: ${name}`, name)
  }
  return {
    webhooks: readEach(body.webhooks, 'webhooks', WEBHOOK_ACTIONS, WEBHOOK_FIELDS) as WebhookFault[],
    api: readEach(body.api, 'api', API_ACTIONS, API_FIELDS) as ApiFault[],
  }
}

function readEach(
  value: unknown,
  at: string,
  actions: readonly string[],
  fields: ReadonlyMap<string, Field>,
): object[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw invalidParam(`${at} must be an array`, at)
  for (const [index, fault] of value.entries()) {
    const param = `${at}[${index}]`
    if (typeof fault !== 'object' || fault === null) throw invalidParam(`${param} must be an object`, param)
    for (const [name, inner] of Object.entries(fault)) {
      if (name === 'action') continue
      const field = fields.get(name)
      if (!field || !fits(inner, field)) throw invalidParam(`Invalid ${param}[${name}]`, `${param}[${name}]`)
    }
    if (fault.when === 'during' && fault.action !== 'slow') {
      throw invalidParam(`Invalid ${param}[when]: only a slow answer can be so`, `${param}[when]`)
    }
    if (!actions.includes(fault.action)) {
      throw invalidParam(`Invalid action: must be one of ${actions.join(', ')}`, `${param}[action]`)
    }
  }
  return value
}

function fits(value: unknown, field: Field): boolean {
  if (field === 'strings') return Array.isArray(value) && value.every((item) => typeof item === 'string')
  return typeof value === field
}
