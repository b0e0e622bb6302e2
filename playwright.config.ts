import { defineConfig } from '@playwright/test'
import { chooseBrowser } from './e2e/support/browser.ts'

const launchOptions = await chooseBrowser()

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/support/global-setup.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    launchOptions,
    locale: 'en-US',
    timezoneId: 'UTC',
    // Pictures of every frame would cost more than the tests themselves.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: true, sources: false },
    actionTimeout: 15_000,
    navigationTimeout: 20_000,
  },
  projects: [
    { name: 'first start', testMatch: 'first-start.setup.ts', teardown: 'aftermath' },
    { name: 'browser', testMatch: /e2e\/[^/]+\.spec\.ts$/, dependencies: ['first start'] },
    { name: 'system', testMatch: /e2e\/system\/[^/]+\.spec\.ts$/, dependencies: ['first start'] },
    // Looks at what the whole suite has left behind; as a teardown it runs last, and also when something failed.
    { name: 'aftermath', testMatch: 'aftermath.teardown.ts' },
  ],
})
