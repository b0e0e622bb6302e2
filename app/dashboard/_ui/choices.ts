import { listProducts } from '#lib/catalog/products/list-products.ts'
import { listTemplates } from '#lib/catalog/templates/list-templates.ts'
import { permissionsOf } from '#lib/core/actor.ts'
import { authorize } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { ListInput } from '#lib/core/list/filter.ts'

interface Choice {
  value: string
  label: string
}

/** A vendor has few products and templates; beyond a hundred a select would be the wrong control anyway. */
const BY_NAME: ListInput = {
  page: 1,
  limit: 100,
  sort: [{ field: 'name', descending: false }],
  filters: [],
}

/** The products to choose from; none for an operator who may not see products. */
export async function productChoices(ctx: Ctx): Promise<Choice[]> {
  if (!permissionsOf(ctx.actor).has('product:read')) return []
  const { items } = await listProducts(authorize(ctx, 'product:read'), BY_NAME)
  return items.map(({ id, displayName }) => ({ value: id, label: displayName }))
}

/** The license templates to choose from. */
export async function templateChoices(ctx: Ctx): Promise<Choice[]> {
  if (!permissionsOf(ctx.actor).has('licenseTemplate:read')) return []
  const { items } = await listTemplates(authorize(ctx, 'licenseTemplate:read'), BY_NAME)
  return items.map(({ id, name }) => ({ value: id, label: name }))
}
