import type { Browser } from '@playwright/test'
import { Guard } from './support/guard.ts'
import { expect, test } from './support/test.ts'

/** A page whose policy forbids the script that it preloads. */
async function complaintsAbout(browser: Browser, javaScriptEnabled: boolean): Promise<string[]> {
  const context = await browser.newContext({ javaScriptEnabled })
  const guard = new Guard()
  guard.watch(context, { runsScripts: javaScriptEnabled })
  const page = await context.newPage()
  await page.route('http://guarded.test/**', (route) =>
    route.request().url().endsWith('.js')
      ? route.fulfill({ contentType: 'text/javascript', body: '' })
      : route.fulfill({
          contentType: 'text/html',
          headers: { 'content-security-policy': "script-src 'none'" },
          body: '<title>Guarded</title><link rel="preload" as="script" href="/forbidden.js">',
        }),
  )
  const failed = page.waitForEvent('requestfailed')
  await page.goto('http://guarded.test/')
  await failed
  await context.close()
  return guard.complaints.filter((complaint) => complaint.startsWith('failed:'))
}

test('a script that the policy blocks is complained about', async ({ browser }) => {
  expect(await complaintsAbout(browser, true)).toEqual(['failed: GET http://guarded.test/forbidden.js csp'])
})

test('a script that is blocked because scripts are switched off is not', async ({ browser }) => {
  expect(await complaintsAbout(browser, false)).toEqual([])
})
