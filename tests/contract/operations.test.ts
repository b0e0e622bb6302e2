import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { describeRoutes } from '#server/describe-routes.ts'

/** Operations of the published contract that Latchkey has not, and why. */
const LEFT_OUT: Record<string, string> = {
  'GET /v3/products/{id}/product.dat':
    'Its format is not public and only the vendor of the native client can make it; our own client needs none.',
}

/** Operations that the contract's clients call though its published description does not name them. */
const ASKED_BY_CLIENTS = ['GET /v3/releases/{id}/allowed']

const operations = z
  .array(z.string())
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'operations.json'), 'utf8')))
const anyName = (operation: string) => operation.replace(/\{\w+\}/g, '{}')

test('every operation of the published contract, and what its clients ask besides, is there, or left out for a reason that is told', async () => {
  const routes = await describeRoutes(join(import.meta.dirname, '../../app'))
  const ours = new Set(routes.map(({ method, path }) => anyName(`${method} ${path}`)))
  expect(operations.length).toBeGreaterThan(180)
  const missing = [...operations, ...ASKED_BY_CLIENTS].filter((operation) => !ours.has(anyName(operation)))
  expect(missing).toEqual(Object.keys(LEFT_OUT))
})
