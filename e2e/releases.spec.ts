import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { z } from 'zod'
import { callApi } from './support/api.ts'
import { register } from './support/customer.ts'
import { expectFieldError } from './support/fields.ts'
import { runDesktop } from './support/product.ts'
import { buy, shownKey } from './support/purchase.ts'
import { test as base, expect } from './support/test.ts'
import { expectSound, visit } from './support/visit.ts'

interface FileServer {
  url: string
  name: string
  content: string
  checksum: string
}

/** The vendor's own server with one file on it, and somebody's computers. */
const test = base.extend<{ fileServer: FileServer; newComputer(): Promise<string> }>({
  fileServer: async ({ guard: _ }, use) => {
    const tag = Date.now()
    const name = `sketch-${tag}.zip`
    const content = `the program of ${tag}`
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/zip')
      response.setHeader('content-disposition', `attachment; filename="${name}"`)
      response.end(content)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    const checksum = createHash('sha256').update(content).digest('hex')
    await use({ url: `http://127.0.0.1:${address.port}/${name}`, name, content, checksum })
    server.closeAllConnections()
    server.close()
  },
  newComputer: async ({ guard: _ }, use) => {
    const folders: string[] = []
    await use(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'latchkey-e2e-computer-'))
      folders.push(folder)
      return folder
    })
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
  },
})

async function openLicense(page: Page): Promise<void> {
  await page.goto('/me/licenses')
  await page.getByRole('link', { name: 'License of Acme Sketch' }).click()
  await expect(page.getByRole('heading', { name: 'Downloads' })).toBeVisible()
}

/** Fills in and sends the form for a new release. */
async function createRelease(page: Page, release: { name: string; version: string; channel: string }) {
  await page.getByLabel('Product').selectOption({ label: 'Acme Sketch' })
  await page.getByLabel('Name', { exact: true }).fill(release.name)
  await page.getByLabel('Version', { exact: true }).fill(release.version)
  await page.getByLabel('Channel', { exact: true }).fill(release.channel)
  await page.getByLabel('Platforms', { exact: true }).fill('windows, macos')
  await page.getByLabel('Notes', { exact: true }).fill('Draws faster')
  await page.getByRole('button', { name: 'Create release' }).click()
  await expect(page.getByText('The release is created as a draft.')).toBeVisible()
}

test('a release with a file is made and published; its customer finds it on the license and downloads it, nobody else', async ({
  page,
  operator,
  openBrowser,
  guard,
  fileServer,
}) => {
  const tag = Date.now()
  const release = { name: `Spring ${tag}`, version: `1.${tag % 1_000_000_000}`, channel: `spring-${tag}` }
  await register(page)
  await buy(page)
  await openLicense(page)
  await expectSound(page)

  await visit(operator, '/dashboard/releases')
  await operator.getByRole('link', { name: 'New release' }).click()
  await operator.getByRole('button', { name: 'Create release' }).click()
  await expectFieldError(operator, 'Name')
  await expectFieldError(operator, 'Version', /1\.2\.3/)
  await createRelease(operator, release)
  await expectSound(operator)

  await operator.getByLabel('File name').fill(fileServer.name)
  await operator.getByLabel('Address').fill('http://files.example/sketch.zip')
  await operator.getByRole('button', { name: 'Add file' }).click()
  await expectFieldError(operator, 'Address', /https/)
  await operator.getByLabel('Address').fill(fileServer.url)
  await operator.getByLabel('Size in bytes').fill(String(fileServer.content.length))
  await operator.getByLabel('SHA-256').fill(fileServer.checksum)
  await operator.getByRole('button', { name: 'Add file' }).click()
  await expect(operator.getByText('The file is added.')).toBeVisible()
  await expectSound(operator)
  await page.reload()
  await expect(page.getByText(release.name), 'a draft is nobody’s').toHaveCount(0)

  await operator.getByRole('button', { name: 'Publish…' }).click()
  await operator.getByRole('dialog').getByRole('button', { name: 'Publish release' }).click()
  await expect(operator.getByText('The release is published.')).toBeVisible()

  await page.reload()
  const shown = page.getByRole('article', { name: release.name })
  await expect(shown).toContainText('windows, macos')
  await expect(shown).toContainText('Draws faster')
  await expect(shown).toContainText(fileServer.checksum)
  expect(await page.content(), 'where it lies is told at the last moment').not.toContain(fileServer.url)
  await expectSound(page)
  const downloading = page.waitForEvent('download')
  const link = shown.getByRole('link', { name: `Download ${fileServer.name}` })
  await link.click()
  const download = await downloading
  expect(download.suggestedFilename()).toBe(fileServer.name)
  expect(await readFile(await download.path(), 'utf8')).toBe(fileServer.content)
  await operator.reload()
  const row = operator.getByRole('row').filter({ hasText: fileServer.name })
  await expect(row.getByRole('cell', { name: '1', exact: true }), 'one download').toBeVisible()

  const stranger = await openBrowser()
  await register(stranger)
  guard.expectAnswer(404, /^\/me\/licenses\//)
  await stranger.goto((await link.getAttribute('href')) ?? '')
  await expect(stranger.getByRole('heading', { name: /nothing at this address|Not found/ })).toBeVisible()

  await operator.getByRole('button', { name: 'Delete…' }).click()
  await operator.getByRole('dialog').getByRole('button', { name: 'Delete release' }).click()
  await expect(operator.getByText('The release is deleted.')).toBeVisible()
  await link.click()
  await expect(page.getByText('This license does not allow that file')).toBeVisible()
  await expect(page.getByText(release.name)).toHaveCount(0)
})

test('releases, channels and platforms are managed with JavaScript switched off', async ({
  openBrowser,
  run,
}) => {
  const operator = await openBrowser({ storageState: run.operatorState, javaScriptEnabled: false })
  const tag = Date.now()
  const channel = `quiet-${tag}`
  await operator.goto('/dashboard/releases/names')
  await operator.getByLabel('Name of the new channel').fill(channel)
  await operator.getByRole('button', { name: 'Add channel' }).click()
  await expect(operator.getByText('The name is added.')).toBeVisible()

  await operator.goto('/dashboard/releases/new')
  await operator.getByLabel('Version', { exact: true }).fill('1.2-beta')
  await operator.getByRole('button', { name: 'Create release' }).click()
  await expectFieldError(operator, 'Version', /1\.2\.3/)
  await expect(operator.getByLabel('Version', { exact: true })).toHaveValue('1.2-beta')
  await createRelease(operator, { name: `Quiet ${tag}`, version: '1.2', channel })

  await operator.goto('/dashboard/releases/names')
  await expect(operator.getByRole('button', { name: `Delete ${channel}` }), 'in use').toHaveCount(0)
  await operator.goto(`/dashboard/releases?channel=${channel}`)
  await operator.getByRole('link', { name: `Quiet ${tag}` }).click()
  await operator.getByRole('button', { name: 'Delete…' }).click()
  await operator.getByRole('dialog').getByRole('button', { name: 'Delete release' }).click()
  await expect(operator.getByText('The release is deleted.')).toBeVisible()
  await operator.goto('/dashboard/releases/names')
  await operator.getByRole('button', { name: `Delete ${channel}` }).click()
  await operator.getByRole('dialog').getByRole('button', { name: 'Delete channel' }).click()
  await expect(operator.getByText('The name is deleted.')).toBeVisible()
  await expect(operator.getByText(channel)).toHaveCount(0)
})

test('a customer replaces their key: the device that has the old one goes on, a new one needs the new key', async ({
  page,
  operator,
  run,
  newComputer,
}) => {
  const { email } = await register(page)
  const oldKey = await buy(page)
  const known = { url: run.url, stateDir: await newComputer() }
  expect((await runDesktop(known, ['activate', oldKey])).code).toBe(0)

  await openLicense(page)
  await page.getByRole('button', { name: 'Replace key' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('14 days')
  await expectSound(page)
  await dialog.getByRole('button', { name: 'Replace key now' }).click()
  await expect(page.getByText('The key is replaced.')).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  const newKey = await shownKey(page)
  expect(newKey).not.toBe(oldKey)
  await expect(page.getByText('Key replaced')).toBeVisible()

  expect((await runDesktop(known, ['sync'])).stdout).toContain('Synchronized')
  // Another computer is another fingerprint: the application reads this machine's, wherever it keeps its state.
  const productId = await productIdOf(run.url, 'Acme Sketch')
  const other = { productId, fingerprint: 'another computer', os: 'linux', hostname: 'other' }
  const refused = await callApi(run.url, 'POST', '/v3/activations', { body: { ...other, key: oldKey } })
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('INVALID_LICENSE_KEY')])
  const taken = await callApi(run.url, 'POST', '/v3/activations', { body: { ...other, key: newKey } })
  expect(taken.status, taken.text).toBe(201)

  await expect(async () => {
    await operator.goto('/dashboard/mailbox')
    const mails = operator.getByRole('row').filter({ hasText: email })
    await expect(mails.filter({ hasText: 'Your new license key for Acme Sketch' })).toHaveCount(1, {
      timeout: 1000,
    })
  }, 'mails go out by a job').toPass()
})

test('with JavaScript switched off a key is replaced, too, and by an operator', async ({
  page,
  operator,
  openBrowser,
}) => {
  await register(page)
  const bought = await buy(page)
  await openLicense(page)
  const address = new URL(page.url()).pathname
  const plain = await openBrowser({
    storageState: await page.context().storageState(),
    javaScriptEnabled: false,
  })
  await plain.goto(address)
  await plain.getByRole('button', { name: 'Replace key' }).click()
  await plain.getByRole('dialog').getByRole('button', { name: 'Replace key now' }).click()
  await expect(plain.getByText('The key is replaced.')).toBeVisible()
  const second = await shownKey(plain)
  expect(second).not.toBe(bought)

  await operator.goto(address.replace('/me/', '/dashboard/'))
  await operator.getByText('Replace the key', { exact: true }).click()
  await operator
    .getByRole('form', { name: 'Replace the key' })
    .getByRole('button', { name: 'Replace key' })
    .click()
  await expect(operator.getByText('The license has a new key.')).toBeVisible()
  await plain.reload()
  expect(await shownKey(plain)).not.toBe(second)
})

/** A product's id as the installation publishes it. */
async function productIdOf(url: string, displayName: string): Promise<string> {
  const { body } = await callApi(url, 'GET', '/.well-known/latchkey.json')
  const { products } = z
    .object({ products: z.array(z.object({ id: z.string(), displayName: z.string() })) })
    .parse(body)
  const product = products.find((one) => one.displayName === displayName)
  if (!product) throw new Error(`there is no product ${displayName}`)
  return product.id
}
