import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { currentCustomer } from '#lib/web/sessions/customer.ts'
import { safeReturnTo, withReturnTo } from '#lib/web/sessions/return-to.ts'
import { Alert } from '../../_ui/alert.tsx'
import { Field } from '../../_ui/field.tsx'
import { ActionForm, SubmitButton } from '../../_ui/form.tsx'
import { signInAction } from './actions.ts'

export const metadata: Metadata = { title: 'Sign in' }

interface LoginPageProps {
  /** `again` shows the form to signed-in customers, too, because some changes need a fresh sign-in. */
  searchParams: Promise<{
    returnTo?: string | string[]
    again?: string | string[]
    /** `done` after a new password was chosen. */
    reset?: string | string[]
  }>
}

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const { returnTo: raw, again, reset } = await searchParams
  const returnTo = safeReturnTo(raw, '')
  if (!again && (await currentCustomer())) redirect(safeReturnTo(returnTo))
  return (
    <div className="mx-auto max-w-md rounded-box border border-base-300 bg-base-100 p-6 shadow-xs sm:p-8">
      <h1 className="mb-6 text-2xl font-semibold tracking-tight">Sign in{again && ' again'}</h1>
      {reset === 'done' && (
        <div className="mb-4">
          <Alert tone="success">Your password is changed. Sign in with the new one.</Alert>
        </div>
      )}
      <ActionForm action={signInAction}>
        <input type="hidden" name="returnTo" value={returnTo} />
        <Field name="email" label="Email" type="email" autoComplete="username" required />
        <Field name="password" label="Password" type="password" autoComplete="current-password" required />
        <SubmitButton className="w-full">Sign in</SubmitButton>
      </ActionForm>
      <p className="mt-6 text-sm">
        <Link href="/forgot-password" className="link">
          Forgot your password?
        </Link>
      </p>
      {!again && (
        <p className="mt-2 text-sm">
          No account yet?{' '}
          <Link href={withReturnTo('/register', returnTo || undefined)} className="link">
            Create one
          </Link>
        </p>
      )}
    </div>
  )
}
