import type { Metadata } from 'next'
import Link from 'next/link'
import { Field } from '../../_ui/field.tsx'
import { ActionForm, SubmitButton } from '../../_ui/form.tsx'
import { requestResetAction } from './actions.ts'

export const metadata: Metadata = { title: 'Forgot your password?' }

export default function ForgotPasswordPage() {
  return (
    <div className="mx-auto max-w-md rounded-box border border-base-300 bg-base-100 p-6 shadow-xs sm:p-8">
      <h1 className="mb-2 text-2xl font-semibold tracking-tight">Forgot your password?</h1>
      <p className="mb-6 text-base-content/70">We mail you a link to choose a new one.</p>
      <ActionForm action={requestResetAction} label="Reset link">
        <Field name="email" label="Email" type="email" autoComplete="username" required />
        <SubmitButton className="w-full">Send the link</SubmitButton>
      </ActionForm>
      <p className="mt-6 text-sm">
        <Link href="/login" className="link">
          Back to signing in
        </Link>
      </p>
    </div>
  )
}
