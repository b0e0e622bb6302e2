import { expect, type Page } from '@playwright/test'
import { rememberSecret } from './run.ts'

/** Creates a personal access token in the dashboard, where it is shown once. */
export async function makeMachine(
  operator: Page,
  scopes: string[],
  name = `machine ${Date.now()}`,
): Promise<string> {
  await operator.goto('/dashboard/tokens/new')
  await operator.getByLabel('Name').fill(name)
  for (const scope of scopes) await operator.getByLabel(scope, { exact: true }).check()
  await operator.getByRole('button', { name: 'Create token' }).click()
  const shown = operator.getByRole('main').getByRole('code').filter({ hasText: 'lk_pat_' })
  await expect(shown).toHaveText(/^lk_pat_[\w-]{40,}$/)
  const token = (await shown.textContent()) ?? ''
  rememberSecret('personal access token', token)
  return token
}
