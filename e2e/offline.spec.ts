import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { register } from './support/customer.ts'
import { runDesktop } from './support/product.ts'
import { buy } from './support/purchase.ts'
import { test as base, expect } from './support/test.ts'
import { expectSound } from './support/visit.ts'

/** Somebody's computer: where the example application keeps its license. */
const test = base.extend<{ stateDir: string }>({
  stateDir: async ({ guard: _ }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-e2e-offline-'))
    await use(folder)
    await rm(folder, { recursive: true, force: true })
  },
})

/** A bought license, and a computer that knows which product it runs but is not activated. */
async function prepare(page: Page, run: { url: string }, stateDir: string) {
  await register(page)
  const key = await buy(page)
  const desktop = (...args: string[]) => runDesktop({ url: run.url, stateDir }, args)
  expect((await desktop('activate', key)).code).toBe(0)
  expect((await desktop('deactivate')).code).toBe(0)
  await page.goto('/me/licenses')
  await page.getByRole('link', { name: 'License of Acme Sketch' }).click()
  await page.getByRole('link', { name: 'Use without a connection' }).click()
  await expect(page.getByRole('heading', { name: 'Use without a connection', level: 1 })).toBeVisible()
  return { key, desktop }
}

test('a computer is activated by its request, and gives its place back by another one', async ({
  page,
  run,
  stateDir,
}) => {
  const { key, desktop } = await prepare(page, run, stateDir)
  await expectSound(page)
  const activating = page.getByRole('form', { name: 'Activate a device', exact: true })
  await activating.getByLabel('Or the request as text').fill('this is no request')
  await activating.getByRole('button', { name: 'Activate' }).click()
  await expect(activating.getByRole('alert')).toContainText('not a request')

  await activating.getByLabel('Or the request as text').fill((await desktop('offline-request', key)).stdout)
  await activating.getByRole('button', { name: 'Activate' }).click()
  await expect(page.getByRole('img', { name: 'The same text as a QR code' })).toBeVisible()
  await expectSound(page)
  const saved = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Save as file' }).click()
  const response = join(stateDir, 'response.txt')
  await (await saved).saveAs(response)
  const taken = await desktop('offline-response', response)
  expect(taken.code, taken.stderr).toBe(0)
  expect((await desktop('status')).code).toBe(0)

  const given = await desktop('offline-deactivate')
  expect((await desktop('status')).code).toBe(1)
  await page.reload()
  const freeing = page.getByRole('form', { name: 'Deactivate a device' })
  await freeing.getByLabel('Request file').setInputFiles({
    name: 'request.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from(given.stdout),
  })
  await freeing.getByRole('button', { name: 'Deactivate' }).click()
  await expect(freeing.getByRole('status')).toContainText('deactivated')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Machine files' })).toHaveCount(0)
})

test('a license file is downloaded, and licenses the application without an activation', async ({
  page,
  run,
  stateDir,
}) => {
  const { key, desktop } = await prepare(page, run, stateDir)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download license file' }).click()
  const path = join(stateDir, 'license.lic')
  await (await downloading).saveAs(path)
  expect(await readFile(path, 'utf8')).toMatch(/^-----BEGIN LICENSE FILE-----\n/)
  const licensed = await desktop('license-file', path, key)
  expect(licensed.code, licensed.stdout + licensed.stderr).toBe(0)
  expect((await desktop('license-file', path, 'AAAAAA-BBBBBB-CCCCCC-DDDDDD')).code).toBe(1)
})

test('with JavaScript switched off a request is taken as a file, and the response can be copied', async ({
  page,
  run,
  stateDir,
  openBrowser,
}) => {
  const { key, desktop } = await prepare(page, run, stateDir)
  const plain = await openBrowser({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  })
  await plain.goto(page.url())
  const activating = plain.getByRole('form', { name: 'Activate a device', exact: true })
  await activating.getByLabel('Request file').setInputFiles({
    name: 'request.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from((await desktop('offline-request', key)).stdout),
  })
  await activating.getByRole('button', { name: 'Activate' }).click()
  const text = await plain.getByLabel('As text', { exact: true }).inputValue()
  const response = join(stateDir, 'response.txt')
  await writeFile(response, text)
  const taken = await desktop('offline-response', response)
  expect(taken.code, taken.stderr).toBe(0)
})
