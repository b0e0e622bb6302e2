import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createProductVersion } from '#lib/product-versions/create-product-version.ts'
import { listProductVersions, productVersionListFields } from '#lib/product-versions/list-product-versions.ts'
import { ProductVersionDto } from '#lib/product-versions/product-version-dto.ts'
import { CreateProductVersionInput } from '#lib/product-versions/product-version-input.ts'

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
