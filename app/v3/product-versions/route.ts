import { z } from 'zod'
import { createProductVersion } from '#lib/catalog/versions/create-product-version.ts'
import { listProductVersions, productVersionListFields } from '#lib/catalog/versions/list-product-versions.ts'
import { ProductVersionDto } from '#lib/catalog/versions/product-version-dto.ts'
import { CreateProductVersionInput } from '#lib/catalog/versions/product-version-input.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List product versions',
      permission: 'product:read',
      query: listQuery(productVersionListFields),
      response: z.array(ProductVersionDto),
      status: 200,
      deprecated: true,
    },
    (ctx, { query }) => listProductVersions(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a product version',
      permission: 'product:write',
      body: CreateProductVersionInput,
      response: ProductVersionDto,
      status: 201,
      errors: ['CONFLICT'],
      deprecated: true,
    },
    (ctx, { body }) => createProductVersion(ctx, body),
  ),
})
