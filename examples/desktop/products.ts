import { join } from 'node:path'
import { createLatchkey, type Latchkey } from '../../sdk/client.ts'
import { LatchkeyError, localError } from '../../sdk/errors.ts'
import type { LicenseState } from '../../sdk/license-state.ts'
import { type Pins, type Product, pinProducts, readPins, writePins } from './pinned-products.ts'
import type { Settings } from './settings.ts'

export type Activated = { product: Product; state: LicenseState }

/** The client of the product this computer runs, without asking the server; null before the first activation. */
export async function openProduct(
  settings: Settings,
): Promise<{ product: Product; latchkey: Latchkey } | null> {
  const { products, chosen } = await readPins(settings)
  const product = embedded(settings) ?? products.find(({ id }) => id === (settings.productId ?? chosen))
  return product ? { product, latchkey: clientOf(settings, product) } : null
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

function clientOf({ url, dir }: Settings, { id, publicKey }: Product): Latchkey {
  return createLatchkey({ url, productId: id, publicKey, appVersion: '1.0.0', store: join(dir, id) })
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
