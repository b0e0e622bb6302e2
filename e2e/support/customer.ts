import { randomBytes } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import { rememberSecret } from './run.ts'

export interface Customer {
  email: string
  password: string
}

/** Somebody new, whose password is looked for in the dump at the end. */
export function newCustomer(): Customer {
  const tag = randomBytes(5).toString('hex')
  const customer = { email: `customer-${tag}@example.test`, password: `walnut bridge ${tag} copper` }
  rememberSecret('password', customer.password)
  return customer
}

/** Fills in and sends the registration form that the page shows. */
export async function fillRegistration(page: Page, { email, password }: Customer): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Create account', level: 1 })).toBeVisible()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByLabel('I accept the terms of service').check()
  await page.getByLabel('I accept the privacy policy').check()
  await page.getByRole('button', { name: 'Create account' }).click()
}

/** Registers somebody new; the browser is signed in afterwards and shows their licenses. */
export async function register(page: Page, customer = newCustomer()): Promise<Customer> {
  await page.goto('/register')
  await fillRegistration(page, customer)
  await expect(page).toHaveURL('/me/licenses')
  return customer
}

/** Fills in and sends the sign-in form that the page shows. */
export async function fillSignIn(page: Page, { email, password }: Customer): Promise<void> {
  // The form that somebody comes from may still be there, with the same labels.
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
}

export async function signIn(page: Page, customer: Customer): Promise<void> {
  await page.goto('/login')
  await fillSignIn(page, customer)
  await expect(page).toHaveURL('/me/licenses')
}
