import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { OperationSection } from '#app/docs/api/operation-section.tsx'
import { SchemaFields } from '#app/docs/api/schema-fields.tsx'
import * as openApiRoute from '#app/v3/openapi.json/route.ts'
import { closeDatabase, configureDatabase } from '#db/client.ts'
import { ProductDto } from '#lib/catalog/products/product-dto.ts'
import { CreateProductInput, UpdateProductInput } from '#lib/catalog/products/product-input.ts'
import { TemplateDto } from '#lib/catalog/templates/template-dto.ts'
import { CreateTemplateInput, UpdateTemplateInput } from '#lib/catalog/templates/template-input.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { MetadataDto } from '#lib/core/metadata/metadata.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { CreateLicenseInput, UpdateLicenseInput } from '#lib/licensing/licenses/license-input.ts'
import { licenseListFields } from '#lib/licensing/licenses/list-fields.ts'
import { MyLicenseDto } from '#lib/licensing/licenses/my-license-dto.ts'
import { type DescribedRoute, openApiDocument } from '#lib/web/http/openapi.ts'
import type { OpenApiDocument } from '#lib/web/http/openapi-document.ts'
import { describeRoutes } from '#server/describe-routes.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { createTestDatabase } from '#tests/helpers/database.ts'
import { routeCaller } from '#tests/helpers/route-caller.ts'

const root = join(import.meta.dirname, '..', '..', '..')
let routes: DescribedRoute[]
let document: OpenApiDocument

beforeAll(async () => {
  routes = await describeRoutes(join(root, 'app'))
  document = openApiDocument(routes, '1.2.3')
})

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1 by a validator that shares no code with it', async () => {
    const validator = new Validator()
    const result = await validator.validate(JSON.parse(JSON.stringify(document)))
    expect(result.errors).toBeUndefined()
    expect([result.valid, validator.version]).toEqual([true, '3.1'])
  })

  test('holds every operation with its permission, and no two of one name', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
    expect(operations).toHaveLength(routes.length)
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length)
    for (const { path, method, contract } of routes) {
      const operation = document.paths[path]?.[method.toLowerCase()]
      expect(operation?.security).toEqual(
        contract.permission === 'public' ? [] : [{ bearer: [contract.permission] }],
      )
      expect(Object.keys(operation?.responses ?? {})).toContain(String(contract.status))
    }
  })

  test('names the filters, sortable fields and page headers of a list', () => {
    const list = document.paths['/v3/licenses']?.get
    const names = list?.parameters.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['page', 'limit', 'sort', 'query', ...Object.keys(licenseListFields)]),
    )
    expect(list?.parameters.find(({ name }) => name === 'key')?.schema.properties).toHaveProperty('sw')
    expect(list?.responses[200]?.headers).toHaveProperty('Pagination-Count')
  })

  test('is served to anybody as it was committed', async () => {
    overrideEnv({ API_RATE_LIMIT: '0' })
    const database = await createTestDatabase()
    configureDatabase(database.url)
    await makeAccount()
    const { call } = routeCaller({ '/v3/openapi.json': openApiRoute })
    const answer = await call('/v3/openapi.json')
    await closeDatabase()
    await database.drop()
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual(JSON.parse(readFileSync(join(root, 'public', 'openapi.json'), 'utf8')))
  })

  test('every reference in it leads somewhere', () => {
    const text = JSON.stringify(document)
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    )
    expect(references.length).toBeGreaterThan(0)
    for (const name of references) expect(document.components.schemas).toHaveProperty(name ?? '')
  })

  test('every operation has an example of what it takes and answers, which its contract and its description take', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema({ $id: 'api', components: document.components })
    const compiled = new Map<string, ValidateFunction>()
    const described = (schema: unknown) => {
      const text = JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/')
      const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text))
      compiled.set(text, validate)
      return validate
    }
    for (const { path, method, contract } of routes) {
      const name = `${method} ${path}`
      const operation = document.paths[path]?.[method.toLowerCase()]
      const request = operation?.requestBody?.content['application/json']
      if (contract.body) {
        expect([name, contract.body.safeParse(request?.example).error?.issues]).toEqual([name, undefined])
        const validate = described(request?.schema)
        expect([name, validate(request?.example), validate.errors]).toEqual([name, true, null])
      }
      for (const [status, { content }] of Object.entries(operation?.responses ?? {})) {
        const answer = content?.['application/json']
        if (!answer) continue
        const validate = described(answer.schema)
        expect([name, status, validate(answer.example), validate.errors]).toEqual([name, status, true, null])
      }
      const success = operation?.responses[contract.status]?.content?.['application/json']
      if (contract.response) expect(contract.response.safeParse(success?.example).success, name).toBe(true)
      if (contract.csv) expect(operation?.responses[200]?.content?.['text/csv']?.example).toContain('id,')
    }
  }, 60_000)

  test('is readable as a page: every operation with its address, permission, codes and an example', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const html = renderToStaticMarkup(
          createElement(OperationSection, {
            origin: 'http://portal.test',
            method: method.toUpperCase(),
            path,
            operation,
          }),
        )
        expect(html).toContain(path)
        expect(html).toContain(`curl -X ${method.toUpperCase()}`)
        if (operation['x-permission'] !== 'public') expect(html).toContain(operation['x-permission'])
        for (const status of Object.keys(operation.responses)) expect(html).toContain(`>${status}<`)
      }
    }
    for (const schema of Object.values(document.components.schemas)) {
      expect(renderToStaticMarkup(createElement(SchemaFields, { schema }))).toContain('<d')
    }
  })
})

const Published = z.object({
  components: z.object({
    schemas: z.record(z.string(), z.object({ properties: z.record(z.string(), z.unknown()).optional() })),
  }),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ parameters: z.array(z.object({ name: z.string() })).optional() })),
  ),
})
const published = Published.parse(
  JSON.parse(readFileSync(join(root, 'tests', 'contract', 'web-api-v3.json'), 'utf8')),
)
const namesOf = (schema: string) => Object.keys(published.components.schemas[schema]?.properties ?? {})

describe('clients of the published contract find every field they know', () => {
  test.each([
    ['LicenseDto', LicenseDto],
    ['UserLicenseDto', MyLicenseDto],
    ['MetadataDto', MetadataDto],
    ['LicensePolicyDto', TemplateDto],
  ])('in answers: %s', (name, dto) => {
    expect(namesOf(name).length).toBeGreaterThan(3)
    expect(Object.keys(dto.shape)).toEqual(expect.arrayContaining(namesOf(name)))
  })

  test('in answers: ProductDto, but for the templates that were embedded before they were referred to', () => {
    const embedded = ['licensePolicy', 'trialPolicy']
    const names = namesOf('ProductDto').filter((name) => !embedded.includes(name))
    expect(Object.keys(ProductDto.shape)).toEqual(expect.arrayContaining(names))
  })

  test.each([
    ['LicenseRequestModel', CreateLicenseInput],
    ['LicensePolicyRequestModel', CreateTemplateInput],
    ['LicensePolicyUpdateRequestModel', UpdateTemplateInput],
    ['ProductRequestModel', CreateProductInput],
    ['ProductUpdateRequestModel', UpdateProductInput],
  ])('in requests: %s', (name, input) => {
    expect(Object.keys(input.shape)).toEqual(expect.arrayContaining(namesOf(name)))
  })

  test('in requests: LicenseUpdateRequestModel, but for the key, which a license keeps', () => {
    const names = namesOf('LicenseUpdateRequestModel').filter((name) => name !== 'key')
    expect(Object.keys(UpdateLicenseInput.shape)).toEqual(expect.arrayContaining(names))
  })

  test('in the filters of the list of licenses', () => {
    const general = ['page', 'limit', 'sort', 'query', 'metadataKey', 'metadataValue']
    const names = (published.paths['/v3/licenses']?.get?.parameters ?? [])
      .map(({ name }) => name)
      .filter((name) => !general.includes(name))
    expect(names.length).toBeGreaterThan(25)
    expect(Object.keys(licenseListFields)).toEqual(expect.arrayContaining(names))
  })
})
