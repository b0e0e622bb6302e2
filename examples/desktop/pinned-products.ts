import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { localError } from '../../sdk/errors.ts'
import { isJsonObject, type JsonObject, objectsOf, parseJson, textOf } from '../../sdk/json.ts'
import type { Settings } from './settings.ts'

/** A key that signs license files. */
export type AccountKey = { kid: string; key: string }
export type Product = { id: string; displayName: string; publicKey: string }
/** What this computer has learned from the server, kept in `products.json`. */
export type Pins = { products: Product[]; accountKeys: AccountKey[]; chosen: string | null }

/** The file that holds the pins of this server. */
export function pinFile({ dir }: Settings): string {
  return join(dir, 'products.json')
}

/** What is pinned so far; empty before the first question. */
export async function readPins(settings: Settings): Promise<Pins> {
  let text: string
  try {
    text = await readFile(pinFile(settings), 'utf8')
  } catch {
    return { products: [], accountKeys: [], chosen: null }
  }
  const stored = parseJson(text)
  if (!isJsonObject(stored)) throw localError('STORE', `${pinFile(settings)} is damaged. Remove it.`)
  return { ...parseAnswer(stored), chosen: textOf(stored, 'chosen') || null }
}

export async function writePins(settings: Settings, pins: Pins): Promise<void> {
  await mkdir(settings.dir, { recursive: true, mode: 0o700 })
  const temporary = join(settings.dir, `.products.${randomUUID()}`)
  await writeFile(temporary, JSON.stringify(pins, null, 2), { mode: 0o600 })
  await rename(temporary, pinFile(settings))
}

/**
 * Asks the server for its products and pins those not known yet. A pinned key never changes: whoever takes the
 * server's place later cannot make this computer accept licenses signed with another key.
 */
export async function pinProducts(settings: Settings, pins: Pins): Promise<Pins> {
  const known = new Set(pins.products.map(({ id }) => id))
  const answered = await askForProducts(settings.url)
  const next = {
    ...pins,
    products: [...pins.products, ...answered.products.filter(({ id }) => !known.has(id))],
    accountKeys: pins.accountKeys.length > 0 ? pins.accountKeys : answered.accountKeys,
  }
  await writePins(settings, next)
  return next
}

async function askForProducts(url: string): Promise<Omit<Pins, 'chosen'>> {
  let text: string
  try {
    const response = await fetch(`${url}/.well-known/latchkey.json`, { signal: AbortSignal.timeout(15_000) })
    text = await response.text()
  } catch (cause) {
    throw localError('NETWORK', `The license server at ${url} cannot be reached.`, { cause })
  }
  const answer = parseJson(text)
  const parsed = isJsonObject(answer) ? parseAnswer(answer) : null
  if (!parsed?.products.length) throw localError('UNEXPECTED_ANSWER', `${url} does not name any product.`)
  return parsed
}

function parseAnswer(source: JsonObject): Omit<Pins, 'chosen'> {
  const { account } = source
  return {
    products: parseProducts(source),
    accountKeys: [
      ...objectsOf(isJsonObject(account) ? account : {}, 'publicKeys').map((key) => ({
        kid: textOf(key, 'kid'),
        key: textOf(key, 'hex'),
      })),
      ...objectsOf(source, 'accountKeys').map((key) => ({
        kid: textOf(key, 'kid'),
        key: textOf(key, 'key'),
      })),
    ].filter(({ kid, key }) => kid !== '' && key !== ''),
  }
}

function parseProducts(source: JsonObject): Product[] {
  return objectsOf(source, 'products')
    .map((product) => ({
      id: textOf(product, 'id'),
      displayName: textOf(product, 'displayName') || textOf(product, 'name'),
      publicKey: textOf(product, 'publicKey'),
    }))
    .filter(({ id, publicKey }) => id !== '' && publicKey !== '')
}
