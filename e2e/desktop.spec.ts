import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { register } from './support/customer.ts'
import { freePort, runDesktop } from './support/product.ts'
import { buy } from './support/purchase.ts'
import { test as base, expect } from './support/test.ts'
import { expectSound } from './support/visit.ts'

/** Somebody's computer: where the example application keeps its license. */
const test = base.extend<{ newComputer(): Promise<string> }>({
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

test('the bought key activates the desktop application, which runs on without the server and is freed in the portal', async ({
  page,
  run,
  newComputer,
}) => {
  await register(page)
  const key = await buy(page)
  const stateDir = await newComputer()
  const online = (...args: string[]) => runDesktop({ url: run.url, stateDir }, args)

  const activated = await online('activate', key)
  expect(activated.code, activated.stderr).toBe(0)
  expect(activated.stdout).toContain('Activated')

  const again = await online('activate', key)
  expect(again.code, again.stderr).toBe(0)
  const status = await online('status')
  expect(status.code, status.stderr).toBe(0)
  expect((await online('sync')).stdout).toContain('Synchronized')

  await page.goto('/me/licenses')
  await page.getByRole('link', { name: 'License of Acme Sketch' }).click()
  await expect(page.getByRole('button', { name: /^Deactivate/ })).toHaveCount(1)
  await expectSound(page)
  await page.getByRole('button', { name: /^Deactivate/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: /deactivate/i }).click()
  await expect(page.getByRole('main').getByRole('button', { name: /^Deactivate/ })).toHaveCount(0)

  const freed = await online('sync')
  expect(freed.code).toBe(1)
  expect(freed.stdout + freed.stderr).toMatch(/activat/i)

  expect((await online('activate', key)).code).toBe(0)
  const deactivated = await online('deactivate')
  expect(deactivated.code, deactivated.stderr).toBe(0)
  expect((await online('status')).code).toBe(1)
  await page.reload()
  await expect(page.getByRole('button', { name: /^Deactivate/ })).toHaveCount(0)
})

test('with the server stopped the application still says that it is licensed', async ({
  startOwn,
  openBrowser,
  newComputer,
}) => {
  const own = await startOwn()
  const page = await openBrowser({ baseURL: own.url })
  await register(page)
  const key = await buy(page)
  const settings = { url: own.url, stateDir: await newComputer() }
  expect((await runDesktop(settings, ['activate', key])).code).toBe(0)
  await page.close()
  expect((await own.stop()).code).toBe(0)

  const status = await runDesktop(settings, ['status'])
  expect(status.code, status.stderr).toBe(0)
  const sync = await runDesktop(settings, ['sync'])
  expect(sync.code, 'the stored license goes on until its grace period ends').toBe(0)
  expect(sync.stderr).toContain('Not synchronized')
})

test('a key that does not exist and a server that is not there are told apart', async ({
  run,
  newComputer,
}) => {
  const stateDir = await newComputer()
  const unknown = await runDesktop({ url: run.url, stateDir }, ['activate', 'AAAA-BBBB-CCCC-DDDD-EEEE'])
  expect(unknown.code).toBe(1)
  expect(unknown.stderr).toMatch(/key/i)
  const away = await runDesktop({ url: `http://127.0.0.1:${await freePort()}`, stateDir }, [
    'activate',
    'AAAA-BBBB',
  ])
  expect(away.code).toBe(1)
  expect(away.stderr).not.toBe(unknown.stderr)
})
