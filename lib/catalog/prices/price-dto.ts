import type { prices } from '#db/schema/products.ts'

/** What a product is sold for. `draft` until it is published; `archived` ones are not sold any more, bought ones go on. */
export interface PriceDto {
  id: string
  productId: string
  productName: string
  /** Null: the product's template. */
  licenseTemplateId: string | null
  name: string
  description: string
  kind: 'one_time' | 'recurring'
  interval: 'month' | 'year' | null
  intervalCount: number
  /** ISO 4217, lower case. */
  currency: string
  /** As the payment provider counts it (`lib/catalog/prices/currency.ts`). */
  unitAmount: number
  fulfillment: 'seats' | 'keys'
  state: 'draft' | 'published' | 'archived'
  stripePriceId: string | null
  position: number
  publishedAt: string | null
  archivedAt: string | null
  createdAt: string
  updatedAt: string
}

export function toPriceDto(row: typeof prices.$inferSelect, productName: string): PriceDto {
  return {
    id: row.id,
    productId: row.productId,
    productName,
    licenseTemplateId: row.licenseTemplateId,
    name: row.name,
    description: row.description,
    kind: row.kind,
    interval: row.interval,
    intervalCount: row.intervalCount,
    currency: row.currency,
    unitAmount: row.unitAmount,
    fulfillment: row.fulfillment,
    state: row.archivedAt ? 'archived' : row.publishedAt ? 'published' : 'draft',
    stripePriceId: row.stripePriceId,
    position: row.position,
    publishedAt: row.publishedAt?.toISOString() ?? null,
    archivedAt: row.archivedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
