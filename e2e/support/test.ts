import { randomInt } from 'node:crypto'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Page,
} from '@playwright/test'
import { Guard } from './guard.ts'
import { makeDataDir, type Product, type ProductOptions, removeDataDir, startProduct } from './product.ts'
import { currentRun, type Run, rememberSecret } from './run.ts'

interface TestFixtures {
  /** Watches every page of the test; what it noted fails the test. */
  guard: Guard
  /** Opens another browser: own cookies, own address, watched like the first. */
  openBrowser(options?: BrowserContextOptions): Promise<Page>
  /** Another browser in which the operator is signed in to the dashboard. */
  operator: Page
  /** Starts a Latchkey of the test's own; stopped and removed at its end. */
  startOwn(options?: Partial<ProductOptions>): Promise<Product>
}

interface WorkerFixtures {
  /** The Latchkey that the suite shares. */
  run: Run
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  run: [async ({}, use) => use(currentRun()), { scope: 'worker' }],

  baseURL: async ({ run }, use) => use(run.url),

  // Throttles go by address: every browser of every test has its own.
  extraHTTPHeaders: async ({}, use) => use({ 'x-forwarded-for': newAddress() }),

  guard: [
    async ({}, use) => {
      const guard = new Guard()
      await use(guard)
      expect(guard.complaints, 'what must never happen in a browser').toEqual([])
    },
    { auto: true },
  ],

  context: async ({ context, guard, javaScriptEnabled }, use) => {
    guard.watch(context, { runsScripts: javaScriptEnabled })
    await use(context)
    await keepCookies(context)
  },

  openBrowser: async ({ browser, baseURL, guard, javaScriptEnabled }, use) => {
    const opened: BrowserContext[] = []
    await use(async (options = {}) => {
      const context = await newBrowser(browser, { baseURL, javaScriptEnabled, ...options })
      opened.push(context)
      guard.watch(context, { runsScripts: options.javaScriptEnabled ?? javaScriptEnabled })
      return context.newPage()
    })
    for (const context of opened) {
      await keepCookies(context)
      await context.close()
    }
  },

  operator: async ({ openBrowser, run }, use) => use(await openBrowser({ storageState: run.operatorState })),

  startOwn: async ({}, use) => {
    const started: Product[] = []
    const folders = new Set<string>()
    await use(async (options = {}) => {
      const dataDir = options.dataDir ?? (await makeDataDir())
      folders.add(dataDir)
      const product = await startProduct({ ...options, dataDir })
      started.push(product)
      return product
    })
    await Promise.all(started.map((product) => product.stop()))
    await Promise.all([...folders].map(removeDataDir))
  },
})

export { expect }

/** An address of the range that is nobody's, for one simulated caller. */
export function newAddress(): string {
  return `10.${randomInt(256)}.${randomInt(256)}.${1 + randomInt(254)}`
}

function newBrowser(
  browser: Browser,
  options: BrowserContextOptions & { baseURL: string | undefined },
): Promise<BrowserContext> {
  const { baseURL, ...others } = options
  return browser.newContext({
    locale: 'en-US',
    timezoneId: 'UTC',
    extraHTTPHeaders: { 'x-forwarded-for': newAddress() },
    ...(baseURL && { baseURL }),
    ...others,
  })
}

/** What opens an area must not be found in the database. */
async function keepCookies(context: BrowserContext): Promise<void> {
  for (const { name, value } of await context.cookies()) {
    if (/latchkey\.(session|operator)/.test(name) && value.length >= 16)
      rememberSecret(`cookie ${name}`, value)
  }
}
