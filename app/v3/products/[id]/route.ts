import { z } from 'zod'
import { deleteProduct } from '#lib/catalog/products/delete-product.ts'
import { getProduct } from '#lib/catalog/products/get-product.ts'
import { ProductDto } from '#lib/catalog/products/product-dto.ts'
import { UpdateProductInput } from '#lib/catalog/products/product-input.ts'
import { updateProduct } from '#lib/catalog/products/update-product.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a product',
      permission: 'product:read',
      params,
      response: ProductDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getProduct(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a product',
      permission: 'product:write',
      params,
      body: UpdateProductInput,
      response: ProductDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateProduct(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a product that has no licenses',
      permission: 'product:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'IN_USE'],
    },
    (ctx, { params }) => deleteProduct(ctx, params.id),
  ),
})
