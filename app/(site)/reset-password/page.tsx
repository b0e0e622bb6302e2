import type { Metadata } from 'next'
import Link from 'next/link'
import { authorize } from '#lib/core/authorize.ts'
import { isId } from '#lib/core/ids.ts'
import { isResetTokenUsable } from '#lib/people/passwords/reset-password.ts'
import { visitorContext } from '#lib/web/sessions/request-facts.ts'
import { Alert } from '../../_ui/alert.tsx'
import { Field } from '../../_ui/field.tsx'
import { ActionForm, SubmitButton } from '../../_ui/form.tsx'
import { resetPasswordAction } from './actions.ts'

export const metadata: Metadata = { title: 'Choose a new password', robots: { index: false } }

interface ResetPasswordPageProps {
  searchParams: Promise<{ user?: string | string[]; token?: string | string[] }>
}

/** Shows the form for a link that still works. Opening it does not use the link up, because mail programs open links, too. */
export default async function ResetPasswordPage({ searchParams }: ResetPasswordPageProps) {
  const { user, token } = await searchParams
  const given =
    typeof user === 'string' && typeof token === 'string' && isId(user)
      ? { id: user.toLowerCase(), token }
      : undefined
  const ctx = authorize(await visitorContext(), 'public')
  const usable = given && (await isResetTokenUsable(ctx, given))
  return (
    <div className="mx-auto max-w-md rounded-box border border-base-300 bg-base-100 p-6 shadow-xs sm:p-8">
      <h1 className="mb-6 text-2xl font-semibold tracking-tight">Choose a new password</h1>
      {usable ? (
        <ActionForm action={resetPasswordAction} label="Password reset">
          <input type="hidden" name="user" value={given.id} />
          <input type="hidden" name="token" value={given.token} />
          <Field
            name="newPassword"
            label="New password"
            type="password"
            autoComplete="new-password"
            hint="At least 8 characters. Signs you out everywhere."
            required
          />
          <SubmitButton className="w-full">Save the new password</SubmitButton>
        </ActionForm>
      ) : (
        <>
          <Alert tone="warning">This link is not valid any more.</Alert>
          <p className="mt-6 text-sm">
            <Link href="/forgot-password" className="link">
              Ask for a new one
            </Link>
          </p>
        </>
      )}
    </div>
  )
}
