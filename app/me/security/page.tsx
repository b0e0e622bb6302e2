import type { Metadata } from 'next'
import Link from 'next/link'
import { listMySessions } from '#lib/access/tokens/list-my-sessions.ts'
import type { SessionDto } from '#lib/access/tokens/session-dto.ts'
import { getMe } from '#lib/people/users/get-me.ts'
import { authorizeCustomer } from '#lib/web/sessions/customer.ts'
import { StatusBadge } from '../../_ui/badge.tsx'
import { Card } from '../../_ui/card.tsx'
import { DateTime } from '../../_ui/date-time.tsx'
import { Field } from '../../_ui/field.tsx'
import { ActionForm, SubmitButton } from '../../_ui/form.tsx'
import { PageHeader } from '../../_ui/page-header.tsx'
import { changePasswordAction, endSessionAction } from './actions.ts'
import { describeBrowser } from './describe-browser.ts'

export const metadata: Metadata = { title: 'Security' }

export default async function SecurityPage() {
  const ctx = await authorizeCustomer('me:read', { returnTo: '/me/security' })
  const [sessions, me] = await Promise.all([listMySessions(ctx), getMe(ctx)])
  return (
    <>
      <PageHeader
        title="Security"
        description="Where you are signed in, your password, and two-step sign-in."
      />
      <div className="grid gap-6 lg:grid-cols-[3fr_2fr]">
        <Card title="Where you are signed in">
          <ActionForm action={endSessionAction} label="Sessions">
            <ul className="divide-y divide-base-300">
              {sessions.map((session) => (
                <SessionItem key={session.id} session={session} />
              ))}
            </ul>
            {sessions.length > 1 && (
              <SubmitButton tone="neutral" size="sm" name="session" value="others">
                Sign out everywhere else
              </SubmitButton>
            )}
          </ActionForm>
        </Card>
        <Card title="Password">
          <ActionForm action={changePasswordAction} label="Password">
            <Field
              name="oldPassword"
              label="Current password"
              type="password"
              autoComplete="current-password"
              required
            />
            <Field
              name="newPassword"
              label="New password"
              type="password"
              autoComplete="new-password"
              hint="At least 8 characters. Signs you out everywhere else."
              required
            />
            <SubmitButton>Change password</SubmitButton>
          </ActionForm>
        </Card>
        <Card title="Two-step sign-in">
          <p className="mb-4">
            {me.twoFactorEnabled
              ? 'On: signing in also takes a code of your authenticator application.'
              : 'Off: your password alone is enough to sign in.'}
          </p>
          <Link href="/me/security/two-step" className="btn btn-neutral">
            {me.twoFactorEnabled ? 'Manage' : 'Set up'}
            <span className="sr-only"> two-step sign-in</span>
          </Link>
        </Card>
      </div>
    </>
  )
}

function SessionItem({ session }: { session: SessionDto }) {
  const place = describeBrowser(session.userAgent)
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-3">
      <div className="min-w-0">
        <p className="font-medium">
          {place} {session.current && <StatusBadge status="this browser" tone="info" />}
        </p>
        <p className="text-sm text-base-content/70">
          {session.ip ?? 'Unknown address'}, since <DateTime iso={session.createdAt} />, last seen{' '}
          <DateTime iso={session.lastSeenAt ?? session.createdAt} />
        </p>
      </div>
      {!session.current && (
        <SubmitButton tone="ghost" size="sm" name="session" value={session.id}>
          Sign out<span className="sr-only"> {place}</span>
        </SubmitButton>
      )}
    </li>
  )
}
