import type { Metadata } from 'next'
import Link from 'next/link'
import { getMe } from '#lib/people/users/get-me.ts'
import { authorizeCustomer } from '#lib/web/sessions/customer.ts'
import { withReturnTo } from '#lib/web/sessions/return-to.ts'
import { Card } from '../_ui/card.tsx'
import { DateTime } from '../_ui/date-time.tsx'
import { Field } from '../_ui/field.tsx'
import { ActionForm, SubmitButton } from '../_ui/form.tsx'
import { PageHeader } from '../_ui/page-header.tsx'
import { saveProfileAction } from './actions.ts'

export const metadata: Metadata = { title: 'Profile' }

export default async function ProfilePage() {
  const me = await getMe(await authorizeCustomer('me:read', { returnTo: '/me' }))
  return (
    <>
      <PageHeader
        title={me.name || 'Your profile'}
        description={
          <>
            {me.email}, customer since <DateTime iso={me.createdAt} dateOnly />
          </>
        }
      />
      <div className="max-w-xl">
        <Card title="Profile">
          <ActionForm action={saveProfileAction} label="Profile">
            <div className="grid gap-4 sm:grid-cols-2">
              <Field
                name="firstName"
                label="First name"
                autoComplete="given-name"
                defaultValue={me.firstName}
                maxLength={256}
              />
              <Field
                name="lastName"
                label="Last name"
                autoComplete="family-name"
                defaultValue={me.lastName}
                maxLength={256}
              />
            </div>
            <Field
              name="company"
              label="Company"
              autoComplete="organization"
              defaultValue={me.company ?? ''}
              maxLength={256}
            />
            <Field
              name="email"
              label="Email"
              type="email"
              autoComplete="email"
              defaultValue={me.email}
              hint={
                <>
                  You sign in with it. Changing it needs a sign-in that is at most ten minutes old:{' '}
                  <Link href={withReturnTo('/login', '/me', { again: true })} className="link">
                    confirm that it is you
                  </Link>
                </>
              }
              required
            />
            <SubmitButton>Save</SubmitButton>
          </ActionForm>
        </Card>
      </div>
    </>
  )
}
