import { z } from 'zod'
import { createProduct } from '#lib/catalog/products/create-product.ts'
import { listProducts, productListFields } from '#lib/catalog/products/list-products.ts'
import { ProductDto } from '#lib/catalog/products/product-dto.ts'
import { CreateProductInput } from '#lib/catalog/products/product-input.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List products',
      permission: 'product:read',
      query: listQuery(productListFields),
      response: z.array(ProductDto),
      status: 200,
    },
    (ctx, { query }) => listProducts(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a product with its signing key',
      permission: 'product:write',
      body: CreateProductInput,
      response: ProductDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createProduct(ctx, body),
  ),
})
