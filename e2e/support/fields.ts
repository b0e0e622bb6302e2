import { expect, type Page } from '@playwright/test'

/** The form says at this very field, also to assistive technology, that something is wrong with it and what. */
export async function expectFieldError(page: Page, label: string, says: RegExp = /\w/): Promise<void> {
  const field = page.getByLabel(label, { exact: true })
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await expect(field).toHaveAccessibleDescription(says)
}
