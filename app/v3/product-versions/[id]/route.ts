import { z } from 'zod'
import { deleteProductVersion } from '#lib/catalog/versions/delete-product-version.ts'
import { getProductVersion } from '#lib/catalog/versions/get-product-version.ts'
import { ProductVersionDto } from '#lib/catalog/versions/product-version-dto.ts'
import { UpdateProductVersionInput } from '#lib/catalog/versions/product-version-input.ts'
import { updateProductVersion } from '#lib/catalog/versions/update-product-version.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
