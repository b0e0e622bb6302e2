import { join } from 'node:path'
import { createLatchkey, type Latchkey } from '../../sdk/client.ts'
import { LatchkeyError, localError } from '../../sdk/errors.ts'
import type { LicenseState } from '../../sdk/license-state.ts'
import {
  type AccountKey,
  type Pins,
  type Product,
  pinProducts,
  readPins,
  writePins,
} from './pinned-products.ts'
import type { Settings } from './settings.ts'

export type Activated = { product: Product; state: LicenseState }

/** The client of the product this computer runs, without asking the server; null before the first activation. */
export async function openProduct(
  settings: Settings,
): Promise<{ product: Product; latchkey: Latchkey } | null> {
  const { products, accountKeys, chosen } = await readPins(settings)
  const product = embedded(settings) ?? products.find(({ id }) => id === (settings.productId ?? chosen))
  return product ? { product, latchkey: clientOf(settings, product, accountKeys) } : null
}

/**
 * The client of the product for use without a connection: the one compiled in or activated before, else the server's only
 * one. What is not known yet is asked for while there is a connection. Throws `LatchkeyError`.
 */
export async function chooseProduct(
  settings: Settings,
  { readsFiles = false } = {},
): Promise<{ product: Product; latchkey: Latchkey }> {
  let pins = await readPins(settings)
  let products = candidates(settings, pins)
  const lacksKey = readsFiles && !settings.accountKey && pins.accountKeys.length === 0
  if (products.length === 0 || lacksKey) {
    pins = await pinProducts(settings, pins)
    products = candidates(settings, pins)
  }
  const [product, ...others] = products
  if (!product) throw unknownProduct(settings)
  if (others.length > 0) {
    const names = products.map(({ id, displayName }) => `${id} (${displayName})`).join(', ')
    throw localError('CONFIGURATION', `Which product? Set LATCHKEY_PRODUCT_ID to one of: ${names}.`)
  }
  return { product, latchkey: clientOf(settings, product, pins.accountKeys) }
}

function candidates(settings: Settings, { products, chosen }: Pins): Product[] {
  const own = embedded(settings)
  if (own) return [own]
  const wanted = settings.productId ?? chosen
  return wanted === null ? products : products.filter(({ id }) => id === wanted)
}

/** Remembers which product this computer runs. */
export async function rememberProduct(settings: Settings, { id }: Product): Promise<void> {
  if (!embedded(settings)) await writePins(settings, { ...(await readPins(settings)), chosen: id })
}

/** Activates the product that the key belongs to, and remembers it. Throws `LatchkeyError`. */
export async function activateProduct(settings: Settings, key: string): Promise<Activated> {
  const own = embedded(settings)
  if (own) return { product: own, state: await clientOf(settings, own).activate(key) }
  const pins = await readPins(settings)
  const attempt = await tryProducts(settings, pins, pins.products, key)
  if (attempt.activated) return attempt.activated
  const next = await pinProducts(settings, pins)
  const isNew = ({ id }: Product) => !pins.products.some((product) => product.id === id)
  const second = await tryProducts(settings, next, next.products.filter(isNew), key)
  if (second.activated) return second.activated
  throw second.refusal ?? attempt.refusal ?? unknownProduct(settings)
}

/** What a real application has compiled in. */
function embedded({ productId, publicKey }: Settings): Product | null {
  return productId && publicKey ? { id: productId, displayName: productId, publicKey } : null
}

function clientOf(
  { url, dir, accountKey }: Settings,
  { id, publicKey }: Product,
  pinned: readonly AccountKey[] = [],
): Latchkey {
  return createLatchkey({
    url,
    productId: id,
    publicKey,
    accountKey: accountKey ?? pinned,
    appVersion: '1.0.0',
    store: join(dir, id),
  })
}

/** A key does not say which product it is for: the first product that accepts it is the one. */
async function tryProducts(settings: Settings, pins: Pins, products: Product[], key: string) {
  let refusal: LatchkeyError | null = null
  for (const product of products) {
    if (settings.productId && product.id !== settings.productId) continue
    try {
      const state = await clientOf(settings, product).activate(key)
      await writePins(settings, { ...pins, chosen: product.id })
      return { activated: { product, state }, refusal }
    } catch (error) {
      if (!isWrongProduct(error)) throw error
      refusal = preferKeyRefusal(refusal, error)
    }
  }
  return { activated: null, refusal }
}

function isWrongProduct(error: unknown): error is LatchkeyError {
  return error instanceof LatchkeyError && ['INVALID_PRODUCT_ID', 'INVALID_LICENSE_KEY'].includes(error.code)
}

/** "Unknown key" helps the user more than "unknown product", which any stale pin causes. */
function preferKeyRefusal(earlier: LatchkeyError | null, later: LatchkeyError): LatchkeyError {
  return earlier?.code === 'INVALID_LICENSE_KEY' ? earlier : later
}

function unknownProduct({ url, productId }: Settings): LatchkeyError {
  return localError('CONFIGURATION', `${url} does not know the product ${productId}.`)
}
