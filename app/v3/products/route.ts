import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createProduct } from '#lib/products/create-product.ts'
import { productListFields } from '#lib/products/list-fields.ts'
import { listProducts } from '#lib/products/list-products.ts'
import { ProductDto } from '#lib/products/product-dto.ts'
import { CreateProductInput } from '#lib/products/product-input.ts'

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
