import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { expect, it } from 'vitest'
import { activationBody } from './activation-body.ts'
import { createContext } from './context.ts'
import { memoryStore } from './store.ts'
import { makeKeyPair } from './testing/forge-token.ts'

const contract = JSON.parse(readFileSync('tests/contract/web-api-v3.json', 'utf8'))
const model = '#/components/schemas/ActivationRequestModel'

it.each([
  ['the least', {}, {}],
  [
    'everything',
    { accountId: 'a', appVersion: '1', release: { version: '1.0.0' } },
    { email: 'a@b.c', password: 'p', leaseDuration: 60 },
  ],
])('a body with %s fits the published contract and names nothing else', async (_title, options, facts) => {
  const { publicKey } = makeKeyPair()
  const store = memoryStore()
  const ctx = createContext({
    url: 'http://127.0.0.1',
    productId: '0190b8a2-7c1e-7b52-9d3a-6f1f0f6f2a11',
    publicKey,
    store,
    ...options,
  })
  const body = await activationBody(ctx, { key: 'K', metadata: [{ key: 'k', value: 'v' }], ...facts })
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  const validate = ajv.addSchema(contract, 'contract').compile({ $ref: `contract${model}` })
  expect(validate(body), JSON.stringify(validate.errors)).toBe(true)
  const named = Object.keys(contract.components.schemas.ActivationRequestModel.properties)
  expect(Object.keys(body).filter((name) => !named.includes(name))).toEqual([])
})
