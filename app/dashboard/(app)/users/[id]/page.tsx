import type { Metadata } from 'next'
import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { Card } from '#app/_ui/card.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { EventHistory } from '#app/dashboard/_ui/event-history.tsx'
import { Facts } from '#app/dashboard/_ui/facts.tsx'
import { LicenseTable } from '#app/dashboard/_ui/license-table.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import {
  equals,
  type IdParams,
  listInput,
  orNotFound,
  readId,
  type SearchParams,
} from '#app/dashboard/_ui/page-input.ts'
import { Unproved } from '#app/dashboard/_ui/states.tsx'
import { authorize } from '#lib/core/authorize.ts'
import { listLicenses } from '#lib/licensing/licenses/list-licenses.ts'
import { getUser } from '#lib/people/users/get-user.ts'
import { listUnproved } from '#lib/people/users/list-unproved.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'
import { BanControl } from './ban-control.tsx'
import { EditUser } from './edit-user.tsx'
import { SecondFactorControl } from './second-factor-control.tsx'
import { SessionList } from './session-list.tsx'

export const metadata: Metadata = { title: 'User' }

const NOTICES = {
  created: 'The user is created.',
  saved: 'The changes are saved.',
  password: 'The new password is set. The user is signed out everywhere.',
  banned: 'The user is banned.',
  unbanned: 'The ban is lifted.',
  session: 'The session is ended.',
  'second-factor': 'Two-step sign-in is off. The user is signed out everywhere.',
}

export default async function UserPage({
  params,
  searchParams,
}: {
  params: IdParams
  searchParams: SearchParams
}) {
  const ctx = await authorizeOperator('user:read')
  const id = await readId(params)
  const [user, mayWrite, mayBan, mayReadLicenses, mayReadEvents] = await Promise.all([
    orNotFound(getUser(ctx, { id })),
    operatorMay('user:write'),
    operatorMay('user:ban'),
    operatorMay('license:read'),
    operatorMay('eventLog:read'),
  ])
  const unproved = await listUnproved(ctx, [id])
  const licenses = mayReadLicenses
    ? await listLicenses(
        authorize(ctx, 'license:read'),
        listInput({ page: 1, filters: [equals('userId', id)] }),
      )
    : undefined
  return (
    <>
      <Notice searchParams={searchParams} texts={NOTICES} />
      <PageHeader
        title={user.email || 'User'}
        description={user.name}
        actions={mayBan && <BanControl key={String(user.banned)} user={user} />}
      />
      <div className="space-y-6">
        {user.banned && (
          <Alert tone="error">
            Banned since <DateTime iso={user.bannedAt} />. Reason: {user.banReason}
          </Alert>
        )}
        <Card title="Profile">
          <Facts
            items={[
              ['State', <StatusBadge key="state" status={user.banned ? 'banned' : 'active'} />],
              [
                'Email',
                <span key="email">
                  {user.email || '–'}
                  {unproved.has(id) && (
                    <>
                      <Unproved />
                      <span className="mt-1 block text-sm text-base-content/70">
                        Nobody has proved to read mails to it: a stranger may have registered it. Make sure
                        who it is before you give something to this user.
                      </span>
                    </>
                  )}
                </span>,
              ],
              ['Name', user.name || '–'],
              ['Company', user.company ?? '–'],
              ['Role', user.role],
              ['Organization', user.organization?.name ?? '–'],
              ['Reseller', user.reseller?.name ?? '–'],
              ['Id', <code key="id">{user.id}</code>],
              ['Registered', <DateTime key="created" iso={user.createdAt} />],
              ['Last sign-in', <DateTime key="login" iso={user.lastLoginAt} empty="Never" />],
              ['Last seen', <DateTime key="seen" iso={user.lastSeenAt} empty="Never" />],
              ['Portal access', user.allowCustomerPortalAccess ? 'Allowed' : 'Not allowed'],
              ['Two-step sign-in', user.twoFactorEnabled ? 'On' : 'Off'],
            ]}
          />
          {mayWrite && <EditUser user={user} />}
          {mayWrite && user.twoFactorEnabled && (
            <div className="mt-4">
              <SecondFactorControl user={user} />
            </div>
          )}
        </Card>
        {licenses && (
          <Card
            title="Licenses"
            actions={
              <Link
                className="btn btn-sm"
                href={`/dashboard/licenses/new?email=${encodeURIComponent(user.email)}`}
              >
                New license
              </Link>
            }
          >
            {licenses.total === 0 ? (
              <p className="text-base-content/70">None.</p>
            ) : (
              <LicenseTable licenses={licenses.items} unproved={unproved} caption="Licenses of this user" />
            )}
            {licenses.total > licenses.items.length && (
              <Link
                className="link mt-3 inline-block"
                href={`/dashboard/licenses?email=${encodeURIComponent(user.email)}`}
              >
                All {licenses.total} licenses
              </Link>
            )}
          </Card>
        )}
        <SessionList ctx={ctx} userId={id} mayEnd={mayWrite} />
        {mayReadEvents && (
          <Card title="Events">
            <EventHistory
              ctx={authorize(ctx, 'eventLog:read')}
              filter={{ field: 'userId', operator: 'eq', values: [id] }}
            />
          </Card>
        )}
      </div>
    </>
  )
}
