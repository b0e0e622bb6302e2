import type { Metadata } from 'next'
import Link from 'next/link'
import { DateTime } from '#app/_ui/date-time.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Pagination } from '#app/_ui/pagination.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { listInput, readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { listWebhooks } from '#lib/announce/webhooks/list-webhooks.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'
import { WebhookState } from '../../_ui/states.tsx'

export const metadata: Metadata = { title: 'Webhooks' }

export default async function WebhooksPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('webhook:read')
  const mayWrite = await operatorMay('webhook:write')
  const { page } = await readQuery(searchParams)
  const webhooks = await listWebhooks(ctx, listInput({ page, sort: 'name' }))
  return (
    <>
      <Notice searchParams={searchParams} texts={{ deleted: 'The webhook is deleted.' }} />
      <PageHeader
        title="Webhooks"
        description="Tells your other systems what happens, in order, and tries again until they have heard it."
        actions={
          mayWrite && (
            <Link className="btn btn-primary" href="/dashboard/webhooks/new">
              New webhook
            </Link>
          )
        }
      />
      {webhooks.total === 0 ? (
        <EmptyState title="No webhooks yet">
          A webhook calls a URL of yours whenever something happens.
        </EmptyState>
      ) : (
        <DataTable
          caption="Webhooks"
          rows={webhooks.items}
          columns={[
            [
              'Name',
              (webhook) => (
                <Link className="link font-medium" href={`/dashboard/webhooks/${webhook.id}`}>
                  {webhook.name}
                </Link>
              ),
            ],
            ['URL', (webhook) => <span className="break-all">{webhook.url}</span>],
            ['State', (webhook) => <WebhookState webhook={webhook} />],
            ['Events', (webhook) => webhook.events.length],
            ['Created', (webhook) => <DateTime iso={webhook.createdAt} dateOnly />],
          ]}
        />
      )}
      <Pagination {...webhooks} pathname="/dashboard/webhooks" noun="webhooks" />
    </>
  )
}
