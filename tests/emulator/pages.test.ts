import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type Catalogue,
  GOOD_CARD,
  seedCatalogue,
  startWorld,
  submit,
  subscribe,
  type World,
} from './fixture.ts'

let world: World
let shop: Catalogue

beforeEach(async () => {
  world = await startWorld()
  shop = await seedCatalogue(world.stripe)
})

afterEach(() => world.close())

async function openPage(
  price: string,
  mode: 'payment' | 'subscription',
  quantity = 1,
): Promise<{ url: string; html: string; response: Response }> {
  const session = await world.stripe.checkout.sessions.create({
    mode,
    line_items: [{ price, quantity }],
    success_url: 'https://shop.example/done?s={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://shop.example/cart?a=1&b=2',
  })
  const url = session.url ?? ''
  const response = await fetch(url)
  return { url, html: await response.text(), response }
}

test('the page says that no money moves, what is bought, how often and how much', async () => {
  const { html } = await openPage(shop.monthly.id, 'subscription', 3)
  expect(html).toContain('Simulated payment — no real money')
  expect(html).toContain('4242 4242 4242 4242')
  expect(html).toContain('Drawing Board')
  expect(html).toContain('$57.00 per month')
  expect(html).toContain('Quantity 3 ($19.00 each)')
  expect(html).toMatch(/Total due today<\/span> <strong>\$57\.00/)
  expect(html).toContain('<a href="https://shop.example/cart?a=1&#38;b=2">Back</a>')
})

test('amounts follow the currency: yen have no cents', async () => {
  const yen = await world.stripe.prices.create({
    product: shop.product.id,
    currency: 'jpy',
    unit_amount: 500,
  })
  expect((await openPage(yen.id, 'payment')).html).toContain('¥500')
})

test('each field has its label and the button is called Pay', async () => {
  const { html } = await openPage(shop.once.id, 'payment')
  for (const [name, label] of [
    ['email', 'E-mail'],
    ['card_number', 'Card number'],
    ['expiry', 'Expiry'],
    ['security_code', 'Security code'],
  ]) {
    expect(html).toContain(`<label for="${name}">${label}</label>`)
    expect(html).toContain(`id="${name}" name="${name}"`)
  }
  expect(html).toContain('<button type="submit">Pay</button>')
  expect(html).toContain('<html lang="en">')
  expect(html).toContain('<title>Checkout</title>')
})

test('it holds no script, and its policy forbids everything but its style sheet and its form', async () => {
  const { html, response } = await openPage(shop.once.id, 'payment')
  expect(html).not.toMatch(/<script|<style|style=|\son\w+=/i)
  expect(response.headers.get('content-security-policy')).toBe(
    "default-src 'none'; style-src 'self'; form-action 'self' https://shop.example; base-uri 'none'; frame-ancestors 'none'",
  )
  expect(response.headers.get('cache-control')).toBe('no-store')
  const css = await fetch(`${world.origin}/assets/checkout.css`)
  expect([css.status, css.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
})

test('what the seller wrote is shown as text', async () => {
  const evil = await world.stripe.prices.create({
    product_data: { name: '<img src=x onerror=alert(1)>' },
    currency: 'usd',
    unit_amount: 100,
  })
  const { html } = await openPage(evil.id, 'payment')
  expect(html).not.toContain('<img')
  expect(html).toContain('&#60;img src=x onerror=alert(1)&#62;')
})

test('a mistake is named at its field, the card number is not sent back, and nothing is charged', async () => {
  const { url } = await openPage(shop.once.id, 'payment')
  const answer = await submit(url, {
    email: 'ada@example.com',
    card_number: '1234 5678',
    expiry: '13 / 20',
    security_code: 'x',
  })
  const html = await answer.text()
  expect(answer.status).toBe(200)
  expect(html).toContain(
    '<p class="error" id="card_number-error">Card number: this is not a card number.</p>',
  )
  expect(html).toContain('aria-invalid="true" aria-describedby="card_number-error"')
  expect(html).toContain('Expiry: enter month and year')
  expect(html).toContain('Security code: enter')
  expect(html).toContain('value="ada@example.com"')
  expect(html).not.toContain('1234 5678')
  expect((await world.stripe.charges.list()).data).toEqual([])
})

test.each(['01 / 26', '1/26', '0126', '01/2026'])(
  'expiry %s is good until the end of its month',
  async (expiry) => {
    const { url } = await openPage(shop.once.id, 'payment')
    expect((await submit(url, { ...GOOD_CARD, expiry, email: 'a@example.com' })).status).toBe(303)
  },
)

test('a card of last month has expired', async () => {
  const { url } = await openPage(shop.once.id, 'payment')
  const answer = await submit(url, { ...GOOD_CARD, expiry: '12 / 25', email: 'a@example.com' })
  expect(await answer.text()).toContain('Expiry: this card has expired.')
})

test('a real card number is refused and leaves no trace', async () => {
  const { url } = await openPage(shop.once.id, 'payment')
  const answer = await submit(url, {
    ...GOOD_CARD,
    card_number: '4539 1488 0343 6467',
    email: 'a@example.com',
  })
  expect(await answer.text()).toContain('this page takes test cards only')
  expect((await world.stripe.paymentIntents.list()).data).toEqual([])
})

test('a paid session shows a page with a way on, an unknown one is not found', async () => {
  const { url } = await openPage(shop.once.id, 'payment')
  await submit(url, { ...GOOD_CARD, email: 'a@example.com' })
  const again = await fetch(url)
  expect([again.status, await again.text()]).toEqual([200, expect.stringContaining('already been made')])
  expect((await fetch(`${world.origin}/c/pay/cs_test_nothing`)).status).toBe(404)
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(405)
})

test('a session that the seller expired says so', async () => {
  const { url } = await openPage(shop.once.id, 'payment')
  await world.stripe.checkout.sessions.expire(url.split('/').at(-1) ?? '')
  expect((await submit(url, { ...GOOD_CARD, email: 'a@example.com' })).status).toBe(410)
  await expect(world.stripe.checkout.sessions.expire(url.split('/').at(-1) ?? '')).rejects.toMatchObject({
    statusCode: 400,
  })
})

test('an invoice has the page it names', async () => {
  const subscription = await subscribe(world.stripe, shop)
  const invoice = await world.stripe.invoices.retrieve(String(subscription.latest_invoice))
  const page = await fetch(invoice.hosted_invoice_url ?? '')
  expect([page.status, await page.text()]).toEqual([
    200,
    expect.stringContaining(`Invoice ${invoice.number}`),
  ])
})

test('behind a prefix every link carries it', async () => {
  const proxied = await startWorld({ publicBase: 'http://127.0.0.1:3000/test-checkout' })
  try {
    const { once } = await seedCatalogue(proxied.stripe)
    const session = await proxied.stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ price: once.id, quantity: 1 }],
      success_url: 'http://127.0.0.1:3000/done',
    })
    expect(session.url).toBe(`http://127.0.0.1:3000/test-checkout/c/pay/${session.id}`)
    const inside = `${proxied.origin}/c/pay/${session.id}`
    const html = await (await fetch(inside)).text()
    expect(html).toContain('href="/test-checkout/assets/checkout.css"')
    expect(html).toContain(`action="/test-checkout/c/pay/${session.id}"`)
    const secure = await submit(inside, {
      ...GOOD_CARD,
      card_number: '4000002500003155',
      email: 'a@example.com',
    })
    expect(secure.headers.get('location')).toBe(`/test-checkout/c/pay/${session.id}/authenticate`)
  } finally {
    await proxied.close()
  }
})
