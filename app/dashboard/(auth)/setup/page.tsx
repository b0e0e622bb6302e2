import type { Metadata } from 'next'
import { Alert } from '#app/_ui/alert.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Field } from '#app/_ui/field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import type { SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { isSetupLinkUsable } from '#lib/access/operators/find-setup-link.ts'
import { authorize } from '#lib/core/authorize.ts'
import { visitorContext } from '#lib/web/sessions/request-facts.ts'
import { createFirstOperatorAction } from './actions.ts'

export const metadata: Metadata = { title: 'Set up' }

/** Opening the link does not use it up; only sending the form does. */
export default async function SetupPage({ searchParams }: { searchParams: SearchParams }) {
  const { token } = await searchParams
  const ctx = authorize(await visitorContext(), 'public')
  const usable = typeof token === 'string' && (await isSetupLinkUsable(ctx, token))
  return (
    <>
      <h1 className="sr-only">Create the first operator</h1>
      {usable ? (
        <Card title="Create the first operator">
          <p className="mb-4 text-base-content/70">
            You will run users, products and licenses with it. It is separate from customers' accounts.
          </p>
          <ActionForm action={createFirstOperatorAction} label="Create the first operator">
            <input type="hidden" name="token" value={token} />
            <Field name="name" label="Name" autoComplete="name" required maxLength={256} />
            <Field name="email" label="Email" type="email" autoComplete="username" required />
            <Field
              name="password"
              label="Password"
              type="password"
              autoComplete="new-password"
              required
              minLength={8}
              maxLength={128}
              hint="At least 8 characters. A few random words make a good one."
            />
            <SubmitButton className="w-full">Create operator</SubmitButton>
          </ActionForm>
        </Card>
      ) : (
        <Card title="This link cannot be used">
          <Alert tone="warning">
            It was used already, is older than 24 hours, or there is an operator already. As long as there is
            none, starting Latchkey prints a new link.
          </Alert>
          <a className="btn btn-primary mt-4 w-full" href="/dashboard/login">
            Go to sign-in
          </a>
        </Card>
      )}
    </>
  )
}
