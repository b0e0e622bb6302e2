import type { Metadata } from 'next'
import Link from 'next/link'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { Field, Select } from '#app/_ui/field.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Pagination } from '#app/_ui/pagination.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { ExportLink, FilterBar } from '#app/dashboard/_ui/filter-bar.tsx'
import { listInput, readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { Unproved } from '#app/dashboard/_ui/states.tsx'
import { USER_FILTERS, userSearch } from '#app/dashboard/_ui/user-query.ts'
import { listUnproved } from '#lib/people/users/list-unproved.ts'
import { listUsers } from '#lib/people/users/list-users.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'

export const metadata: Metadata = { title: 'Users' }

export default async function UsersPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('user:read')
  const { page, values } = await readQuery(searchParams, ...USER_FILTERS)
  const { query, state } = values
  const [users, mayWrite] = await Promise.all([
    listUsers(ctx, { ...listInput({ page }), ...userSearch(values) }),
    operatorMay('user:write'),
  ])
  const unproved = await listUnproved(
    ctx,
    users.items.map((user) => user.id),
  )
  const filtered = query !== '' || state !== ''
  return (
    <>
      <PageHeader
        title="Users"
        description="Customers of your products."
        actions={
          <>
            {users.total > 0 && <ExportLink pathname="/dashboard/users" query={values} />}
            {mayWrite && (
              <Link className="btn btn-primary" href="/dashboard/users/new">
                New user
              </Link>
            )}
          </>
        }
      />
      <FilterBar pathname="/dashboard/users" label="Search users" filtered={filtered}>
        <Field name="query" label="Name, email or company" type="search" defaultValue={query} />
        <Select
          name="state"
          label="State"
          defaultValue={state}
          options={[
            { value: '', label: 'All' },
            { value: 'active', label: 'Active' },
            { value: 'banned', label: 'Banned' },
          ]}
        />
      </FilterBar>
      {users.total === 0 ? (
        <EmptyState title={filtered ? 'No user matches' : 'No users yet'}>
          {filtered
            ? 'Try fewer letters, or clear the filters.'
            : 'Customers appear here once they register.'}
        </EmptyState>
      ) : (
        <DataTable
          caption="Users, newest first"
          rows={users.items}
          columns={[
            [
              'Email',
              (user) => (
                <>
                  <Link className="link font-medium" href={`/dashboard/users/${user.id}`}>
                    {user.email || user.id}
                  </Link>
                  {unproved.has(user.id) && <Unproved />}
                </>
              ),
            ],
            ['Name', (user) => user.name || '–'],
            ['Company', (user) => user.company ?? '–'],
            ['State', (user) => <StatusBadge status={user.banned ? 'banned' : 'active'} />],
            ['Registered', (user) => <DateTime iso={user.createdAt} dateOnly />],
            ['Last seen', (user) => <DateTime iso={user.lastSeenAt} empty="Never" />],
          ]}
        />
      )}
      <Pagination {...users} pathname="/dashboard/users" query={values} noun="users" />
    </>
  )
}
