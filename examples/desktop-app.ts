import { LatchkeyError } from '../sdk/errors.ts'
import type { LicenseState } from '../sdk/license-state.ts'
import { describeDevices, describeLicense, describeState } from './desktop/describe-license.ts'
import { pinFile } from './desktop/pinned-products.ts'
import { activateProduct, openProduct } from './desktop/products.ts'
import { readSettings, type Settings } from './desktop/settings.ts'

const USAGE = `A desktop application licensed by Latchkey.

  npm run desktop -- activate <key>   activate this computer with a license key
  npm run desktop -- status           may the application run? (default; works offline)
  npm run desktop -- sync             fetch the license anew from the server
  npm run desktop -- deactivate       free this computer's place in the license
  npm run desktop -- --help           show this

Environment
  LATCHKEY_URL          the portal, default http://127.0.0.1:3000
  LATCHKEY_PRODUCT_ID   the product; by default the one the key belongs to
  LATCHKEY_PUBLIC_KEY   its public key: PEM (line breaks may be written \\n) or the path of a file;
                        by default the server is asked once and the answer is pinned
  LATCHKEY_STATE_DIR    where the license is kept, default in the user's application data

Exit code: 0 licensed (or done), 1 not licensed or refused, 2 wrong usage.`

const LICENSED = 0
const NOT_LICENSED = 1
const WRONG_USAGE = 2

const COMMANDS: Readonly<
  Record<string, { arguments: number; run: (settings: Settings, key: string) => Promise<number> }>
> = {
  activate: { arguments: 1, run: runActivate },
  status: { arguments: 0, run: runStatus },
  sync: { arguments: 0, run: runSync },
  deactivate: { arguments: 0, run: runDeactivate },
}

async function runActivate(settings: Settings, key: string): Promise<number> {
  const { product, state } = await activateProduct(settings, key).catch((error: unknown) => {
    if (error instanceof LatchkeyError && error.code === 'UNTRUSTED_TOKEN' && !settings.publicKey) {
      complain(
        `If ${settings.url} was set up anew and you trust it, remove ${pinFile(settings)} and try again.`,
      )
    }
    throw error
  })
  say(`Activated. ${describeDevices(state.license?.activations ?? null)}`.trim())
  return report(state, product.displayName)
}

async function runStatus(settings: Settings): Promise<number> {
  const opened = await openProduct(settings)
  if (!opened) return sayNotActivated()
  return report(await opened.latchkey.state(), opened.product.displayName)
}

async function runSync(settings: Settings): Promise<number> {
  const opened = await openProduct(settings)
  if (!opened) return sayNotActivated()
  const { product, latchkey } = opened
  const before = await latchkey.token()
  try {
    const state = await latchkey.sync()
    if (before !== null && state.status !== 'INVALID') say('Synchronized with the license server.')
    return report(state, product.displayName)
  } catch (error) {
    if (!(error instanceof LatchkeyError)) throw error
    complain(`Not synchronized: ${error.message}`)
    return report(await latchkey.state(), product.displayName)
  }
}

async function runDeactivate(settings: Settings): Promise<number> {
  const opened = await openProduct(settings)
  if (!opened) return sayNotActivated()
  await opened.latchkey.deactivate()
  say('Deactivated. The place of this computer in the license is free again.')
  return LICENSED
}

function report(state: LicenseState, productName: string): number {
  say(describeState(state))
  if (state.license) say(describeLicense(state.license, productName).join('\n'))
  return state.status === 'ACTIVE' ? LICENSED : NOT_LICENSED
}

function sayNotActivated(): number {
  say('This computer is not activated. Run: npm run desktop -- activate <key>')
  return NOT_LICENSED
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`)
}

async function main([name = 'status', ...rest]: string[]): Promise<number> {
  if (['--help', '-h', 'help'].includes(name)) {
    say(USAGE)
    return LICENSED
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command || rest.length !== command.arguments) {
    complain(USAGE)
    return WRONG_USAGE
  }
  try {
    return await command.run(await readSettings(process.env), rest[0] ?? '')
  } catch (error) {
    if (!(error instanceof LatchkeyError)) throw error
    complain(error.fixUrl ? `${error.message}\n${error.fixUrl}` : error.message)
    return error.code === 'CONFIGURATION' ? WRONG_USAGE : NOT_LICENSED
  }
}

process.exitCode = await main(process.argv.slice(2))
