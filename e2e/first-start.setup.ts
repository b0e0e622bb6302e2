import { emulatorOf } from './support/emulator.ts'
import { expectFieldError } from './support/fields.ts'
import { operator } from './support/operator.ts'
import { runCommand } from './support/product.ts'
import { rememberSecret } from './support/run.ts'
import { expect, test } from './support/test.ts'
import { expectSound, visit } from './support/visit.ts'

test('the link that the first start prints creates the first operator, once', async ({
  page,
  run,
  openBrowser,
}) => {
  rememberSecret('operator password', operator.password)
  rememberSecret('setup token', new URL(run.setupUrl).searchParams.get('token') ?? '')
  const { apiKey, webhookSecret } = emulatorOf(run)
  rememberSecret('payment provider key', apiKey)
  rememberSecret('webhook secret', webhookSecret)

  await visit(page, run.setupUrl)
  await page.getByLabel('Name').fill(operator.name)
  await page.getByLabel('Email').fill(operator.email)
  await page.getByLabel('Password').fill('short')
  await page.getByRole('button', { name: 'Create operator' }).click()
  await expectFieldError(page, 'Password', /at least 8 characters/)
  await expect(page.getByLabel('Name')).toHaveValue(operator.name)
  await expectSound(page)

  await page.getByLabel('Password').fill(operator.password)
  await page.getByRole('button', { name: 'Create operator' }).click()
  await expect(page).toHaveURL(/\/dashboard\/login/)
  await expectSound(page)

  await page.getByLabel('Email').fill(operator.email)
  await page.getByLabel('Password').fill('not the password at all')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('form', { name: 'Sign in' }).getByRole('alert')).toBeVisible()
  await page.getByLabel('Password').fill(operator.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL('/dashboard')
  await expectSound(page)

  const other = await openBrowser()
  await other.goto(run.setupUrl)
  await expect(other.getByText('This link cannot be used')).toBeVisible()
  await expect(other.getByRole('button', { name: 'Create operator' })).toHaveCount(0)
  await page.context().storageState({ path: run.operatorState })
})

test('the customers’ sign-in does not know operators, nor does the API', async ({ run }) => {
  const { code, stdout } = await runCommand(run.dataDir, [
    'pat',
    'create',
    '--name',
    'look',
    '--scopes',
    'user:read',
  ])
  expect(code).toBe(0)
  rememberSecret('personal access token', stdout.trim())
  const users = await fetch(`${run.url}/v3/users?limit=100`, {
    headers: { authorization: `Bearer ${stdout.trim()}` },
  })
  expect(await users.text()).not.toContain(operator.email)
})
