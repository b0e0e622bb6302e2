import { readFile } from 'node:fs/promises'
import { LatchkeyError, localError } from '../sdk/errors.ts'
import type { LicenseState } from '../sdk/license-state.ts'
import {
  describeDevices,
  describeEntitlement,
  describeFeature,
  describeLicense,
  describeState,
  formatTime,
} from './desktop/describe-license.ts'
import { pinFile } from './desktop/pinned-products.ts'
import { activateProduct, chooseProduct, openProduct, rememberProduct } from './desktop/products.ts'
import { readSettings, type Settings } from './desktop/settings.ts'

const USAGE = `A desktop application licensed by Latchkey.

  npm run desktop -- activate <key>   activate this computer with a license key
  npm run desktop -- status           may the application run? (default; works offline)
  npm run desktop -- feature <name>   does the license allow this feature?
  npm run desktop -- trial            try the application without a license
  npm run desktop -- sync             fetch the license anew from the server
  npm run desktop -- deactivate       free this computer's place in the license
  npm run desktop -- --help           show this

Without a connection
  npm run desktop -- offline-request <key>        print a request to take to the portal
  npm run desktop -- offline-response <file>      take the portal's response
  npm run desktop -- offline-deactivate           give the license up and print the request that frees its place
  npm run desktop -- license-file <file> <key>    may the application run on a license file?

Environment
  LATCHKEY_URL          the portal, default http://127.0.0.1:3000
  LATCHKEY_PRODUCT_ID   the product; by default the one the key belongs to
  LATCHKEY_PUBLIC_KEY   its public key: PEM (line breaks may be written \\n) or the path of a file;
                        by default the server is asked once and the answer is pinned
  LATCHKEY_ACCOUNT_KEY  the vendor's key for license files: 64 hexadecimal characters, PEM or the path of a file;
                        asked for and pinned likewise
  LATCHKEY_STATE_DIR    where the license is kept, default in the user's application data

Exit code: 0 licensed (or done), 1 not licensed or refused, 2 wrong usage.`

const LICENSED = 0
const NOT_LICENSED = 1
const WRONG_USAGE = 2

const COMMANDS: Readonly<
  Record<
    string,
    { arguments: number; run: (settings: Settings, first: string, second: string) => Promise<number> }
  >
> = {
  activate: { arguments: 1, run: runActivate },
  status: { arguments: 0, run: runStatus },
  feature: { arguments: 1, run: runFeature },
  trial: { arguments: 0, run: runTrial },
  sync: { arguments: 0, run: runSync },
  deactivate: { arguments: 0, run: runDeactivate },
  'offline-request': { arguments: 1, run: runOfflineRequest },
  'offline-response': { arguments: 1, run: runOfflineResponse },
  'offline-deactivate': { arguments: 0, run: runOfflineDeactivate },
  'license-file': { arguments: 2, run: runLicenseFile },
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

async function runFeature(settings: Settings, name: string): Promise<number> {
  const opened = await openProduct(settings)
  if (!opened) return sayNotActivated()
  const state = await opened.latchkey.state()
  if (!mayRun(state)) return report(state, opened.product.displayName)
  const feature = state.license?.entitlement(name)
  say(feature ? describeEntitlement(feature) : `The license does not allow ${name}.`)
  return feature ? LICENSED : NOT_LICENSED
}

async function runTrial(settings: Settings): Promise<number> {
  const { product, latchkey } = await chooseProduct(settings)
  const state = await latchkey.startTrial()
  await rememberProduct(settings, product)
  return report(state, product.displayName)
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

async function runOfflineRequest(settings: Settings, key: string): Promise<number> {
  const { latchkey } = await chooseProduct(settings)
  say(await latchkey.offlineRequest(key))
  complain(
    'Take this text to the license in the portal, and bring its response back: offline-response <file>.',
  )
  return LICENSED
}

async function runOfflineResponse(settings: Settings, path: string): Promise<number> {
  const { product, latchkey } = await chooseProduct(settings)
  const state = await latchkey.acceptOfflineResponse(await readText(path))
  await rememberProduct(settings, product)
  return report(state, product.displayName)
}

async function runOfflineDeactivate(settings: Settings): Promise<number> {
  const opened = await openProduct(settings)
  if (!opened) return sayNotActivated()
  say(await opened.latchkey.offlineDeactivation())
  complain(
    'This computer is not licensed any more. Take this text to the license in the portal to free its place.',
  )
  return LICENSED
}

async function runLicenseFile(settings: Settings, path: string, key: string): Promise<number> {
  const { product, latchkey } = await chooseProduct(settings, { readsFiles: true })
  const text = await readText(path)
  const isMachine = text.includes('BEGIN MACHINE FILE')
  const state = await (isMachine ? latchkey.machineFile(text, key) : latchkey.licenseFile(text, key))
  say(state.status === 'ACTIVE' ? 'This computer is licensed by the file.' : state.message)
  if (state.content) {
    const { license, expiresAt } = state.content
    say(`  ${'Product'.padEnd(15)} ${product.displayName}`)
    say(`  ${'License'.padEnd(15)} ${license.key}`)
    say(
      `  ${'Expires'.padEnd(15)} ${license.expiresAt ? formatTime(new Date(license.expiresAt * 1000)) : 'never'}`,
    )
    const allows = state.content.entitlements.map(describeFeature).join(', ')
    if (allows) say(`  ${'Allows'.padEnd(15)} ${allows}`)
    say(`  ${'File is good'.padEnd(15)} until ${formatTime(new Date(expiresAt * 1000))}`)
  }
  return state.status === 'ACTIVE' ? LICENSED : NOT_LICENSED
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw localError('CONFIGURATION', `${path} cannot be read.`, { cause })
  }
}

function report(state: LicenseState, productName: string): number {
  say(describeState(state))
  if (state.license) say(describeLicense(state.license, productName).join('\n'))
  return mayRun(state) ? LICENSED : NOT_LICENSED
}

/** This application may be tried. */
function mayRun({ status }: LicenseState): boolean {
  return status === 'ACTIVE' || status === 'TRIAL'
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
    return await command.run(await readSettings(process.env), rest[0] ?? '', rest[1] ?? '')
  } catch (error) {
    if (!(error instanceof LatchkeyError)) throw error
    complain(error.fixUrl ? `${error.message}\n${error.fixUrl}` : error.message)
    return error.code === 'CONFIGURATION' ? WRONG_USAGE : NOT_LICENSED
  }
}

process.exitCode = await main(process.argv.slice(2))
