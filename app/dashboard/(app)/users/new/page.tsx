import type { Metadata } from 'next'
import Link from 'next/link'
import { Card } from '#app/_ui/card.tsx'
import { CheckboxField, Field } from '#app/_ui/field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'
import { createUserAction } from '../actions.ts'

export const metadata: Metadata = { title: 'New user' }

export default async function NewUserPage() {
  await authorizeOperator('user:write')
  return (
    <>
      <PageHeader title="New user" />
      <Card>
        <ActionForm action={createUserAction} label="New user">
          <Field name="email" label="Email" type="email" required autoComplete="off" />
          <div className="grid gap-4 sm:grid-cols-2">
            <Field name="firstName" label="First name" maxLength={256} autoComplete="off" />
            <Field name="lastName" label="Last name" maxLength={256} autoComplete="off" />
          </div>
          <Field name="company" label="Company" maxLength={256} autoComplete="off" />
          <Field
            name="password"
            label="Password"
            type="password"
            autoComplete="new-password"
            maxLength={128}
            hint="May stay empty: then the user cannot sign in until you set one."
          />
          <CheckboxField name="welcome" label="Send a welcome mail" />
          <div className="flex gap-2">
            <SubmitButton>Create user</SubmitButton>
            <Link className="btn btn-ghost" href="/dashboard/users">
              Cancel
            </Link>
          </div>
        </ActionForm>
      </Card>
    </>
  )
}
