import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'
import packed from '@sparticuz/chromium'

export interface BrowserLaunch {
  executablePath: string
  args: string[]
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

/** The Chromium of the machine if it has one, else Playwright's if it was installed, else the one packed into npm. */
export async function chooseBrowser(): Promise<BrowserLaunch> {
  // Chromium refuses its sandbox to root, and containers seldom offer one.
  const args = process.getuid?.() === 0 || process.env.CI ? [...QUIET, '--no-sandbox'] : QUIET
  const installed = [...SYSTEM_BROWSERS, chromium.executablePath()].find(existsSync)
  return { executablePath: installed ?? (await packed.executablePath()), args }
}
