import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteProductVersion } from '#lib/product-versions/delete-product-version.ts'
import { getProductVersion } from '#lib/product-versions/get-product-version.ts'
import { ProductVersionDto } from '#lib/product-versions/product-version-dto.ts'
import { UpdateProductVersionInput } from '#lib/product-versions/product-version-input.ts'
import { updateProductVersion } from '#lib/product-versions/update-product-version.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a product version',
      permission: 'product:read',
      params,
      response: ProductVersionDto,
      status: 200,
      errors: ['NOT_FOUND'],
      deprecated: true,
    },
    (ctx, { params }) => getProductVersion(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a product version',
      permission: 'product:write',
      params,
      body: UpdateProductVersionInput,
      response: ProductVersionDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
      deprecated: true,
    },
    (ctx, { params, body }) => updateProductVersion(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a product version that nothing refers to',
      permission: 'product:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'IN_USE'],
      deprecated: true,
    },
    (ctx, { params }) => deleteProductVersion(ctx, params.id),
  ),
})
