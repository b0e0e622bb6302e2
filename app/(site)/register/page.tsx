import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { currentCustomer } from '#lib/web/sessions/customer.ts'
import { safeReturnTo, withReturnTo } from '#lib/web/sessions/return-to.ts'
import { CheckboxField, Field } from '../../_ui/field.tsx'
import { ActionForm, SubmitButton } from '../../_ui/form.tsx'
import { registerAction } from './actions.ts'

export const metadata: Metadata = { title: 'Create account' }

interface RegisterPageProps {
  searchParams: Promise<{ returnTo?: string | string[] }>
}

export default async function RegisterPage({ searchParams }: RegisterPageProps) {
  const { returnTo: raw } = await searchParams
  const returnTo = safeReturnTo(raw, '')
  if (await currentCustomer()) redirect(safeReturnTo(returnTo))
  return (
    <div className="mx-auto max-w-md rounded-box border border-base-300 bg-base-100 p-6 shadow-xs sm:p-8">
      <h1 className="mb-6 text-2xl font-semibold tracking-tight">Create account</h1>
      <ActionForm action={registerAction}>
        <input type="hidden" name="returnTo" value={returnTo} />
        <Field name="email" label="Email" type="email" autoComplete="username" required />
        <Field
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          hint="At least 8 characters. A few unrelated words are easy to remember and hard to guess."
          required
        />
        <CheckboxField name="terms" label={<Accept what="terms of service" href="/legal/terms" />} required />
        <CheckboxField
          name="privacy"
          label={<Accept what="privacy policy" href="/legal/privacy" />}
          required
        />
        <SubmitButton className="w-full">Create account</SubmitButton>
      </ActionForm>
      <p className="mt-6 text-sm">
        Already have an account?{' '}
        <Link href={withReturnTo('/login', returnTo || undefined)} className="link">
          Sign in
        </Link>
      </p>
    </div>
  )
}

/** The document opens beside the form, so that nothing typed is lost. */
function Accept({ what, href }: { what: string; href: string }) {
  return (
    <>
      I accept the{' '}
      <a href={href} className="link" target="_blank" rel="noopener">
        {what}
      </a>
    </>
  )
}
