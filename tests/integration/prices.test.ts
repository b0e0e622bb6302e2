import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { prices } from '#db/schema/products.ts'
import { listOffers } from '#lib/catalog/offers/list-offers.ts'
import { archivePrice } from '#lib/catalog/prices/archive-price.ts'
import { createPrice } from '#lib/catalog/prices/create-price.ts'
import { getPrice } from '#lib/catalog/prices/get-price.ts'
import { listPrices } from '#lib/catalog/prices/list-prices.ts'
import { CreatePriceInput, UpdatePriceInput } from '#lib/catalog/prices/price-input.ts'
import { updatePrice } from '#lib/catalog/prices/update-price.ts'
import { authorize } from '#lib/core/authorize.ts'
import { parseInput } from '#lib/core/input/input.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeSignedProduct } from '#tests/factories/licensed.ts'
import { contextFor, operatorActor, type TestContext, visitorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

let accountId: string
let productId: string
let ctx: TestContext

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  productId = (await makeSignedProduct(accountId)).id
  ctx = contextFor(operatorActor(), { accountId })
})

const writing = () => authorize(ctx, 'product:write')
const reading = () => authorize(ctx, 'product:read')
const create = async (input: object = {}) =>
  createPrice(
    writing(),
    parseInput(CreatePriceInput, {
      productId,
      name: 'Yearly',
      description: '',
      kind: 'recurring',
      interval: 'year',
      currency: 'EUR',
      unitAmount: 4900,
      ...input,
    }),
  )
const stored = () => db().select().from(prices).where(eq(prices.accountId, accountId))

/** As publishing leaves it; the payment provider's side is proven with the purchases. */
const publish = (id: string) =>
  db()
    .update(prices)
    .set({ publishedAt: ctx.clock.now(), stripePriceId: `price_${id}` })
    .where(eq(prices.id, id))

describe('a price', () => {
  test('SF-09: is a draft that no visitor sees, on sale once published, gone once archived, back once restored', async () => {
    const { id, state } = await create()
    const offers = () => listOffers(authorize(contextFor(visitorActor, { accountId }), 'public'))
    expect(state).toBe('draft')
    expect(await offers()).toEqual([])

    await publish(id)
    expect(await offers()).toMatchObject([
      { priceId: id, currency: 'eur', unitAmount: 4900, interval: 'year' },
    ])
    expect((await archivePrice(writing(), id, { archived: true })).state).toBe('archived')
    expect(await offers()).toEqual([])
    expect((await archivePrice(writing(), id, { archived: false })).state).toBe('published')
    expect(await offers()).toHaveLength(1)
  })

  test.each([
    ['a recurring price without interval', { interval: null }, 'interval'],
    ['a one-time price with interval', { kind: 'one_time' }, 'interval'],
    ['a negative amount', { unitAmount: -1 }, 'unitAmount'],
    ['half a cent', { unitAmount: 0.5 }, 'unitAmount'],
    ['an unknown currency', { currency: 'XYZ' }, 'currency'],
    ['no name', { name: '' }, 'name'],
    ['an unknown product', { productId: crypto.randomUUID() }, 'productId'],
    ['an unknown template', { licenseTemplateId: crypto.randomUUID() }, 'licenseTemplateId'],
  ])('refuses %s, naming the field, and writes nothing', async (_what, input, field) => {
    await expect(create(input)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: { [field]: expect.any(String) },
    })
    expect(await stored()).toEqual([])
  })

  test('refuses another account’s product, and is not found from there', async () => {
    const { id } = await create()
    const foreign = contextFor(operatorActor(), { accountId: (await makeAccount()).id })
    await expect(
      createPrice(
        authorize(foreign, 'product:write'),
        parseInput(CreatePriceInput, {
          productId,
          name: 'Theirs',
          description: '',
          kind: 'one_time',
          currency: 'EUR',
          unitAmount: 1,
        }),
      ),
    ).rejects.toMatchObject({ fields: { productId: expect.any(String) } })
    const attempts = [
      () => getPrice(authorize(foreign, 'product:read'), id),
      () => updatePrice(authorize(foreign, 'product:write'), id, { name: 'Taken over' }),
      () => archivePrice(authorize(foreign, 'product:write'), id, { archived: true }),
    ]
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await stored()).toMatchObject([{ id, name: 'Yearly', archivedAt: null }])
  })

  test('changes its words and place, never its terms', async () => {
    const { id } = await create()
    const changes = parseInput(UpdatePriceInput, {
      name: 'Every year',
      position: '3',
      unitAmount: 1,
      currency: 'usd',
    })
    await updatePrice(writing(), id, changes)
    expect(await getPrice(reading(), id)).toMatchObject({
      name: 'Every year',
      position: 3,
      unitAmount: 4900,
      currency: 'eur',
    })
  })

  test('stands in the vendor’s order, and every change is audited', async () => {
    const first = await create({ name: 'First', position: 2 })
    const second = await create({ name: 'Second', position: 1 })
    expect((await listPrices(reading(), { productId })).map(({ id }) => id)).toEqual([second.id, first.id])
    await archivePrice(writing(), first.id, { archived: true })
    const events = await db().select().from(eventLogs).where(eq(eventLogs.accountId, accountId))
    expect(events.map(({ event }) => event)).toEqual(['price.created', 'price.created', 'price.archived'])
  })
})
