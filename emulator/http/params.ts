import { resolve, type Schema } from '../contract/load.ts'
import { ApiError, invalidParam } from './errors.ts'
import type { FormTree, FormValue } from './form.ts'

type ParamValue = string | number | boolean | ParamValue[] | { [name: string]: ParamValue }
export type Params = Record<string, ParamValue>

const MAX_TEXT = 5000

/**
 * Turns a decoded form into typed parameters, strictly by the contract: unknown and removed names, values outside an
 * enum, wrong types and missing required names are errors.
 * @throws ApiError 400
 */
export function readParams(schema: Schema, form: FormTree): Params {
  return readObject(resolve(schema), form, '')
}

function readObject(schema: Schema, form: FormTree, at: string): Params {
  const result: Params = {}
  for (const [name, raw] of form) {
    const param = at === '' ? name : `${at}[${name}]`
    const known =
      schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined
    const property = known ?? schema.additionalProperties
    if (!property || name === '__proto__') {
      throw invalidParam(`Received unknown parameter: ${param}`, param, 'parameter_unknown')
    }
    result[name] = readValue(property, raw, param)
  }
  for (const name of schema.required ?? []) {
    if (Object.hasOwn(result, name)) continue
    const param = at === '' ? name : `${at}[${name}]`
    throw invalidParam(`Missing required param: ${param}.`, param, 'parameter_missing')
  }
  if (at.endsWith('metadata') && schema.additionalProperties) checkMetadata(result, at)
  return result
}

function readValue(unresolved: Schema, raw: FormValue, param: string): ParamValue {
  const schema = resolve(unresolved)
  if (schema.anyOf) return readAnyOf(schema.anyOf, raw, param)
  if (schema.type === 'object') {
    if (raw instanceof Map) return readObject(schema, raw, param)
    throw raw === '' ? cannotBeUnset(param) : invalidParam('Invalid object', param)
  }
  if (schema.type === 'array') {
    if (raw instanceof Map) return readArray(schema, raw, param)
    throw raw === '' ? cannotBeUnset(param) : invalidParam('Invalid array', param)
  }
  if (typeof raw !== 'string') throw invalidParam(`Invalid ${schema.type ?? 'value'}: {...}`, param)
  return readScalar(schema, raw, param)
}

function readScalar(schema: Schema, raw: string, param: string): ParamValue {
  if (schema.enum) {
    if (schema.enum.includes(raw)) return raw
    if (raw === '') throw cannotBeUnset(param)
    const allowed = schema.enum.length > 20 ? 'a documented value' : `one of ${schema.enum.join(', ')}`
    throw invalidParam(`Invalid ${param}: must be ${allowed}`, param)
  }
  if (schema.type === 'boolean') {
    if (raw === 'true' || raw === 'false') return raw === 'true'
    throw raw === '' ? cannotBeUnset(param) : invalidParam(`Invalid boolean: ${raw}`, param)
  }
  if (schema.type === 'number') {
    const percent = param.includes('percent')
    if ((percent ? /^-?\d{1,15}(\.\d+)?$/ : /^-?\d{1,15}$/).test(raw)) return Number(raw)
    throw raw === ''
      ? cannotBeUnset(param)
      : invalidParam(`Invalid integer: ${raw}`, param, 'parameter_invalid_integer')
  }
  if (schema.format === 'decimal' && !/^-?\d+(\.\d{1,12})?$/.test(raw)) {
    throw invalidParam(`Invalid decimal: ${raw}`, param)
  }
  if (raw.includes('\0')) throw invalidParam('Invalid string: it holds a null character', param)
  if (raw.length > MAX_TEXT) {
    throw invalidParam(
      `Invalid string: must be at most ${MAX_TEXT} characters`,
      param,
      'parameter_invalid_string',
    )
  }
  return raw
}

function readArray(schema: Schema, raw: FormTree, param: string): ParamValue[] {
  const items = schema.items ?? { type: 'string' }
  const indexes = [...raw.keys()]
  if (!indexes.every((index) => /^\d{1,4}$/.test(index))) throw invalidParam('Invalid array', param)
  return indexes
    .sort((a, b) => Number(a) - Number(b))
    .map((index) => readValue(items, raw.get(index) ?? '', `${param}[${index}]`))
}

/** Takes the first alternative that fits; the error reported is that of the first one with the right shape. */
function readAnyOf(options: Schema[], raw: FormValue, param: string): ParamValue {
  let failure: unknown
  for (const option of options) {
    try {
      return readValue(option, raw, param)
    } catch (error) {
      const isTree = raw instanceof Map
      const type = resolve(option).type
      const fits = isTree === (type === 'object' || type === 'array')
      if (failure === undefined || (fits && !(failure instanceof ApiError && failure.details.code)))
        failure = error
    }
  }
  throw failure
}

function cannotBeUnset(param: string): ApiError {
  return invalidParam(
    `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however ` +
      `'${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`,
    param,
    'parameter_invalid_empty',
  )
}

function checkMetadata(metadata: Params, param: string): void {
  const keys = Object.keys(metadata)
  if (keys.length > 50) throw invalidParam('Metadata can have up to 50 keys', param)
  for (const key of keys) {
    if (key.length > 40)
      throw invalidParam(`Metadata keys can be up to 40 characters: ${key}`, `${param}[${key}]`)
    if (String(metadata[key]).length > 500) {
      throw invalidParam('Metadata values can be up to 500 characters', `${param}[${key}]`)
    }
  }
}
