import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Alert } from '#app/_ui/alert.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Field } from '#app/_ui/field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import type { SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { currentOperator } from '#lib/web/sessions/operator.ts'
import { signInOperatorAction } from './actions.ts'

export const metadata: Metadata = { title: 'Sign in' }

const NOTICES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    created: 'Your operator account is ready. Sign in with it.',
    'signed-out': 'You are signed out.',
  }),
)

export default async function LoginPage({ searchParams }: { searchParams: SearchParams }) {
  if (await currentOperator()) redirect('/dashboard')
  const { notice } = await searchParams
  const text = typeof notice === 'string' ? NOTICES.get(notice) : undefined
  return (
    <>
      <h1 className="sr-only">Sign in to the dashboard</h1>
      {text && <Alert tone="success">{text}</Alert>}
      <Card title="Sign in">
        <ActionForm action={signInOperatorAction} label="Sign in">
          <Field name="email" label="Email" type="email" autoComplete="username" required />
          <Field
            name="password"
            label="Password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={128}
          />
          <SubmitButton className="w-full">Sign in</SubmitButton>
        </ActionForm>
      </Card>
      <p className="text-center text-sm text-base-content/70">
        This is for operators. Customers sign in at the{' '}
        <a className="link" href="/login">
          customer portal
        </a>
        .
      </p>
    </>
  )
}
