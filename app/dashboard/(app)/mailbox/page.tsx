import type { Metadata } from 'next'
import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { Select } from '#app/_ui/field.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Pagination } from '#app/_ui/pagination.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { FilterBar } from '#app/dashboard/_ui/filter-bar.tsx'
import { equals, listInput, readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { env } from '#lib/core/env.ts'
import { listMails } from '#lib/mail/list-mails.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'

export const metadata: Metadata = { title: 'Mailbox' }

export default async function MailboxPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('mail:read')
  const { page, values } = await readQuery(searchParams, 'state')
  const mails = await listMails(ctx, listInput({ page, filters: [equals('state', values.state)] }))
  return (
    <>
      <PageHeader title="Mailbox" description="Every mail that Latchkey wrote, and its state." />
      {!env().SMTP_URL && (
        <div className="mb-4">
          <Alert>
            No mail server is configured (SMTP_URL): mails are not sent, they can be read here instead.
          </Alert>
        </div>
      )}
      <FilterBar pathname="/dashboard/mailbox" label="Filter mails" filtered={values.state !== ''}>
        <Select
          name="state"
          label="State"
          defaultValue={values.state}
          options={[
            { value: '', label: 'All' },
            { value: 'due', label: 'Due' },
            { value: 'sent', label: 'Sent' },
            { value: 'failed', label: 'Failed' },
          ]}
        />
      </FilterBar>
      {mails.total === 0 ? (
        <EmptyState title="No mails">Mails appear here as soon as they are written.</EmptyState>
      ) : (
        <DataTable
          caption="Mails, newest first"
          rows={mails.items}
          columns={[
            [
              'To',
              (mail) => (
                <Link className="link" href={`/dashboard/mailbox/${mail.id}`}>
                  {mail.to}
                </Link>
              ),
            ],
            ['Subject', (mail) => mail.subject ?? `(${mail.template})`],
            ['State', (mail) => <StatusBadge status={mail.state} />],
            ['Attempts', (mail) => mail.attempts],
            ['Written', (mail) => <DateTime iso={mail.createdAt} />],
            ['Sent', (mail) => <DateTime iso={mail.sentAt} />],
          ]}
        />
      )}
      <Pagination {...mails} pathname="/dashboard/mailbox" query={values} noun="mails" />
    </>
  )
}
