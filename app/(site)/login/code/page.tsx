import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { visitorContext } from '#lib/web/sessions/request-facts.ts'
import { safeReturnTo, withReturnTo } from '#lib/web/sessions/return-to.ts'
import { firstStep } from '#lib/web/sessions/second-step-cookie.ts'
import { Field } from '../../../_ui/field.tsx'
import { ActionForm, SubmitButton } from '../../../_ui/form.tsx'
import { signInCodeAction } from '../actions.ts'

export const metadata: Metadata = { title: 'Sign in: code' }

interface LoginCodePageProps {
  searchParams: Promise<{ returnTo?: string | string[] }>
}

/** The second step of signing in, for who has switched a second factor on. */
export default async function LoginCodePage({ searchParams }: LoginCodePageProps) {
  const returnTo = safeReturnTo((await searchParams).returnTo, '')
  const { accountId } = await visitorContext()
  if (!(await firstStep(accountId))) redirect(withReturnTo('/login', returnTo || undefined))
  return (
    <div className="mx-auto max-w-md rounded-box border border-base-300 bg-base-100 p-6 shadow-xs sm:p-8">
      <h1 className="mb-2 text-2xl font-semibold tracking-tight">Enter your code</h1>
      <p className="mb-6 text-base-content/70">Your authenticator application shows it.</p>
      <ActionForm action={signInCodeAction} label="Code">
        <input type="hidden" name="returnTo" value={returnTo} />
        <Field
          name="twoFactorCode"
          label="Six-digit code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={20}
        />
        <details>
          <summary className="cursor-pointer text-sm">Lost the device? Use a recovery code</summary>
          <div className="mt-3">
            <Field name="twoFactorRecoveryCode" label="Recovery code" autoComplete="off" maxLength={40} />
          </div>
        </details>
        <SubmitButton className="w-full">Sign in</SubmitButton>
      </ActionForm>
      <p className="mt-6 text-sm">
        <Link href={withReturnTo('/login', returnTo || undefined)} className="link">
          Start again
        </Link>
      </p>
    </div>
  )
}
