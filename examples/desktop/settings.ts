import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { localError } from '../../sdk/errors.ts'
import { appDataDir } from '../../sdk/file-store.ts'

export type Settings = {
  url: string
  /** Folder of what is kept for this server. */
  dir: string
  productId: string | null
  publicKey: string | null
  /** The account's key, for license files: 64 hexadecimal characters or PEM. */
  accountKey: string | null
}

/** Reads the environment. Throws `LatchkeyError` with code `CONFIGURATION` that names the wrong variable. */
export async function readSettings(environment: NodeJS.ProcessEnv): Promise<Settings> {
  const url = (environment.LATCHKEY_URL || 'http://127.0.0.1:3000').replace(/\/+$/, '')
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw localError('CONFIGURATION', 'LATCHKEY_URL must start with http:// or https://.')
  }
  const productId = environment.LATCHKEY_PRODUCT_ID || null
  const publicKey = await readKey(environment, 'LATCHKEY_PUBLIC_KEY')
  const accountKey = await readKey(environment, 'LATCHKEY_ACCOUNT_KEY')
  if (publicKey && !productId) {
    throw localError('CONFIGURATION', 'LATCHKEY_PUBLIC_KEY needs LATCHKEY_PRODUCT_ID beside it.')
  }
  const root = environment.LATCHKEY_STATE_DIR || join(appDataDir(), 'latchkey-desktop-example')
  return { url, dir: join(root, url.replace(/[^a-z0-9.-]+/gi, '_')), productId, publicKey, accountKey }
}

/** The key itself, with line breaks as they are or written as `\n`, or the path of a file that holds it. */
async function readKey(
  environment: NodeJS.ProcessEnv,
  name: 'LATCHKEY_PUBLIC_KEY' | 'LATCHKEY_ACCOUNT_KEY',
): Promise<string | null> {
  const value = environment[name]
  if (!value) return null
  if (value.includes('-----BEGIN') || /^[0-9a-f]{64}$/i.test(value)) return value.replaceAll('\\n', '\n')
  try {
    return await readFile(value, 'utf8')
  } catch (cause) {
    const message = `${name} is neither a key nor a file that can be read: ${value}`
    throw localError('CONFIGURATION', message, { cause })
  }
}
