'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { publishPrice } from '#lib/billing/checkout/publish-price.ts'
import { archivePrice } from '#lib/catalog/prices/archive-price.ts'
import { createPrice } from '#lib/catalog/prices/create-price.ts'
import { NewPriceForm, UpdatePriceInput } from '#lib/catalog/prices/price-input.ts'
import { updatePrice } from '#lib/catalog/prices/update-price.ts'
import { createProduct } from '#lib/catalog/products/create-product.ts'
import { deleteProduct } from '#lib/catalog/products/delete-product.ts'
import { CreateProductInput, UpdateProductInput } from '#lib/catalog/products/product-input.ts'
import { updateProduct } from '#lib/catalog/products/update-product.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

const writing = { area: 'operator', permission: 'product:write' } as const
const backTo = (productId: string, done: string) => redirect(`/dashboard/products/${productId}?done=${done}`)

export const createProductAction = defineAction(
  { ...writing, schema: CreateProductInput },
  async (ctx, input) => {
    const product = await createProduct(ctx, input)
    return backTo(product.id, 'created')
  },
)

export const updateProductAction = defineAction(
  { ...writing, schema: UpdateProductInput.extend({ id: id() }) },
  async (ctx, { id: productId, ...changes }) => {
    await updateProduct(ctx, productId, changes)
    return backTo(productId, 'saved')
  },
)

export const deleteProductAction = defineAction(
  { ...writing, schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await deleteProduct(ctx, input.id)
    redirect('/dashboard/products?done=deleted')
  },
)

export const createPriceAction = defineAction({ ...writing, schema: NewPriceForm }, async (ctx, price) => {
  await createPrice(ctx, price)
  return backTo(price.productId, 'price-created')
})

const onPrice = z.object({ id: id(), productId: id() })

export const updatePriceAction = defineAction(
  { ...writing, schema: onPrice.extend(UpdatePriceInput.shape) },
  async (ctx, { id: priceId, productId, ...changes }) => {
    await updatePrice(ctx, priceId, changes)
    return backTo(productId, 'price-saved')
  },
)

export const publishPriceAction = defineAction({ ...writing, schema: onPrice }, async (ctx, input) => {
  await publishPrice(ctx, input.id)
  return backTo(input.productId, 'price-published')
})

export const archivePriceAction = defineAction({ ...writing, schema: onPrice }, async (ctx, input) => {
  await archivePrice(ctx, input.id, { archived: true })
  return backTo(input.productId, 'price-archived')
})

export const restorePriceAction = defineAction({ ...writing, schema: onPrice }, async (ctx, input) => {
  await archivePrice(ctx, input.id, { archived: false })
  return backTo(input.productId, 'price-restored')
})
