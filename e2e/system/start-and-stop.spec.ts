import { createServer } from 'node:net'
import { callApi } from '../support/api.ts'
import { holdWrites, waitingFor, withDatabase } from '../support/database.ts'
import {
  databaseUrlOf,
  makeDataDir,
  postmasterOf,
  removeDataDir,
  runCommand,
  secretKeyOf,
  startRefused,
} from '../support/product.ts'
import { expect, test } from '../support/test.ts'

const SCOPES = 'licenseTemplate:read,licenseTemplate:write,license:read'

async function makeToken(dataDir: string): Promise<string> {
  const { code, stdout, stderr } = await runCommand(dataDir, [
    'pat',
    'create',
    '--name',
    'ci',
    '--scopes',
    SCOPES,
  ])
  expect(code, stderr).toBe(0)
  // Scripts take standard output as it is: the token and nothing else.
  expect(stdout).toMatch(/^lk_pat_[\w-]{40,}\n$/)
  return stdout.trim()
}

test('a stop finishes the requests under way, then the worker, PostgreSQL last, and exits 0', async ({
  startOwn,
}) => {
  const own = await startOwn()
  const token = await makeToken(own.dataDir)
  const database = databaseUrlOf(own.dataDir)
  const held = await holdWrites(database, 'license_templates')
  const underWay = callApi(own.url, 'POST', '/v3/license-templates', { token, body: { name: 'slow' } })
  await expect
    .poll(() => waitingFor(database, 'license_templates'), { message: 'the request reached the table' })
    .toBe(1)

  own.signal('SIGTERM')
  await expect
    .poll(
      () =>
        callApi(own.url, 'GET', '/api/healthz').then(
          () => 'answers',
          () => 'refused',
        ),
      {
        message: 'no new requests are taken',
      },
    )
    .toBe('refused')
  expect(postmasterOf(own.dataDir), 'PostgreSQL waits for the request').toBeDefined()
  await held.release()

  expect((await underWay).status).toBe(201)
  expect(await own.ended).toEqual({ code: 0, signal: null })
  expect(postmasterOf(own.dataDir), 'PostgreSQL has stopped').toBeUndefined()
  expect(own.output()).not.toMatch(/"level":(50|60)/)
})

test('data and tokens survive a clean restart and a kill -9, whose PostgreSQL is adopted', async ({
  startOwn,
}) => {
  const first = await startOwn()
  const { dataDir, port } = first
  const token = await makeToken(dataDir)
  expect(
    (await callApi(first.url, 'POST', '/v3/license-templates', { token, body: { name: 'kept' } })).status,
  ).toBe(201)
  expect((await first.stop()).code).toBe(0)

  const second = await startOwn({ dataDir, port })
  expect((await callApi(second.url, 'GET', '/v3/license-templates?name=kept', { token })).text).toContain(
    '"kept"',
  )
  const postmaster = postmasterOf(dataDir)
  second.signal('SIGKILL')
  expect((await second.ended).signal).toBe('SIGKILL')
  expect(postmasterOf(dataDir), 'PostgreSQL outlives the kill').toBe(postmaster)

  const third = await startOwn({ dataDir, port })
  expect(postmasterOf(dataDir), 'and is taken over').toBe(postmaster)
  expect((await callApi(third.url, 'GET', '/v3/license-templates?name=kept', { token })).text).toContain(
    '"kept"',
  )
  expect((await callApi(third.url, 'GET', '/api/readyz')).status).toBe(200)
  expect((await third.stop()).code).toBe(0)
  expect(postmasterOf(dataDir)).toBeUndefined()
})

test('`pat create` prints the token alone, and it works whether it was made while the server ran or not', async ({
  startOwn,
}) => {
  const dataDir = await makeDataDir()
  const before = await makeToken(dataDir)
  const own = await startOwn({ dataDir })
  const meanwhile = await makeToken(dataDir)
  for (const token of [before, meanwhile]) {
    expect((await callApi(own.url, 'GET', '/v3/license-templates', { token })).status).toBe(200)
    expect((await callApi(own.url, 'GET', '/v3/users', { token })).status).toBe(403)
  }
  const refused = await runCommand(dataDir, ['pat', 'create', '--name', 'ci', '--scopes', 'user:ban'])
  expect(refused.code).not.toBe(0)
  expect(refused.stdout).toBe('')
  expect(refused.stderr).toContain('user:ban')
})

test('`operator create` makes an operator who can sign in; a weak password makes none', async ({
  startOwn,
  openBrowser,
}) => {
  const own = await startOwn()
  const create = (email: string, password: string) =>
    runCommand(own.dataDir, ['operator', 'create', '--email', email, '--name', 'Olga'], {
      input: `${password}\n`,
    })
  const weak = await create('olga@vendor.test', 'short')
  expect(weak.code).toBe(1)
  expect(weak.stderr).toContain('password')
  const made = await create('olga@vendor.test', 'plum sofa orbit ninety')
  expect(made.code, made.stderr).toBe(0)

  const page = await openBrowser({ baseURL: own.url })
  await page.goto('/dashboard/login')
  await page.getByLabel('Email').fill('olga@vendor.test')
  await page.getByLabel('Password').fill('plum sofa orbit ninety')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL('/dashboard')
})

test('a backup taken while the server runs fills another installation that has the same secret', async ({
  startOwn,
}) => {
  const own = await startOwn()
  const token = await makeToken(own.dataDir)
  await callApi(own.url, 'POST', '/v3/license-templates', { token, body: { name: 'carried' } })
  await runCommand(own.dataDir, ['operator', 'create', '--email', 'olga@vendor.test', '--name', 'Olga'], {
    input: 'plum sofa orbit ninety',
  })
  const file = `${own.dataDir}/backup.gz`
  const saved = await runCommand(own.dataDir, ['backup', file])
  expect(saved.code, saved.stderr).toBe(0)

  const dataDir = await makeDataDir()
  const environment = { SECRET_KEY: await secretKeyOf(own.dataDir) }
  const restored = await runCommand(dataDir, ['restore', file], { environment })
  expect(restored.code, restored.stderr).toBe(0)
  const copy = await startOwn({ dataDir, environment })
  const templates = await callApi(copy.url, 'GET', '/v3/license-templates', { token })
  expect(templates.status, templates.text).toBe(200)
  expect(templates.text).toContain('"carried"')

  const again = await runCommand(dataDir, ['restore', file], { environment })
  expect(again.code, 'a database with data is not overwritten unasked').toBe(1)
  expect((await callApi(copy.url, 'GET', '/v3/license-templates', { token })).text).toContain('"carried"')
})

test('two instances started at once on one empty database migrate once and both serve', async ({
  startOwn,
  run,
}) => {
  const name = `pair_${process.pid}`
  await withDatabase(databaseUrlOf(run.dataDir), (sql) => sql`create database ${sql(name)}`)
  const environment = {
    DATABASE_URL: databaseUrlOf(run.dataDir, name),
    SECRET_KEY: 'one secret that both instances share',
    BILLING_MODE: 'off',
    HOST: '127.0.0.1',
  }
  const pair = await Promise.all([startOwn({ environment }), startOwn({ environment })])
  for (const instance of pair) expect((await callApi(instance.url, 'GET', '/api/readyz')).status).toBe(200)
  const applied = await withDatabase(
    environment.DATABASE_URL,
    (sql) =>
      sql<{ times: number }[]>`select count(*)::int as times from drizzle.__drizzle_migrations group by hash`,
  )
  expect(new Set(applied.map(({ times }) => times))).toEqual(new Set([1]))
  const accounts = await withDatabase(environment.DATABASE_URL, (sql) => sql`select id from accounts`)
  expect(accounts).toHaveLength(1)
  for (const instance of pair) expect((await instance.stop()).code).toBe(0)
  await withDatabase(databaseUrlOf(run.dataDir), (sql) => sql`drop database ${sql(name)} with (force)`)
})

test('a second server on the same data folder, or on a taken port, refuses with a sentence', async ({
  run,
}) => {
  const same = await startRefused({ dataDir: run.dataDir })
  expect(same.code).toBe(1)
  expect(same.output).toContain(run.dataDir)

  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const address = other.address()
  const dataDir = await makeDataDir()
  try {
    const port = typeof address === 'object' && address ? address.port : 0
    const taken = await startRefused({ dataDir, port })
    expect(taken.code).toBe(1)
    expect(taken.output).toMatch(new RegExp(`PORT ${port} is used by another program`))
    await expect
      .poll(() => postmasterOf(dataDir), { message: 'no PostgreSQL is left behind' })
      .toBeUndefined()
  } finally {
    other.close()
    await removeDataDir(dataDir)
  }
})

test('`doctor` finds nothing wrong with a fresh installation', async ({ run }) => {
  const { code, stdout, stderr } = await runCommand(run.dataDir, ['doctor'])
  expect(code, stdout + stderr).toBe(0)
})
