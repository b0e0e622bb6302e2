import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import packed, { inflate } from '@sparticuz/chromium'

export interface BrowserLaunch {
  executablePath: string
  args: string[]
  env?: Record<string, string>
}

const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Nothing but the pages under test talks to the network. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--no-first-run',
  '--no-pings',
  '--metrics-recording-only',
]

/**
 * The Chromium packed into npm where it runs: the same version everywhere, and without the parts that draw a desktop, which
 * cost a third of the suite's time. Elsewhere the machine's, or Playwright's if it was installed. CHROMIUM_PATH overrides.
 */
export async function chooseBrowser(): Promise<BrowserLaunch> {
  // Chromium refuses its sandbox to root, and containers seldom offer one.
  const args = process.getuid?.() === 0 || process.env.CI ? [...QUIET, '--no-sandbox'] : QUIET
  const asked = process.env.CHROMIUM_PATH
  if (asked) return { executablePath: asked, args }
  if (process.platform === 'linux' && process.arch === 'x64') return { args, ...(await unpackBrowser()) }
  const installed = [...SYSTEM_BROWSERS, chromium.executablePath()].find(existsSync)
  if (!installed) throw new Error('There is no Chromium here: install one, or name it in CHROMIUM_PATH.')
  return { executablePath: installed, args }
}

/** The packed one brings the few libraries along that a machine without any browser lacks. */
async function unpackBrowser() {
  const executablePath = await packed.executablePath()
  const build = dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium')))
  await inflate(join(build, '..', 'bin', 'al2023.tar.br'))
  const kept = Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : []))
  const libraries = [process.env.LD_LIBRARY_PATH, join(tmpdir(), 'al2023', 'lib')].filter(Boolean).join(':')
  return { executablePath, env: { ...Object.fromEntries(kept), LD_LIBRARY_PATH: libraries } }
}
