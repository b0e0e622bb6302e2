import type { Metadata } from 'next'
import Link from 'next/link'
import { DateTime } from '#app/_ui/date-time.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Pagination } from '#app/_ui/pagination.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { listInput, readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { listTemplates } from '#lib/catalog/templates/list-templates.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'

export const metadata: Metadata = { title: 'License templates' }

export default async function TemplatesPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('licenseTemplate:read')
  const { page } = await readQuery(searchParams)
  const [templates, mayWrite] = await Promise.all([
    listTemplates(ctx, listInput({ page, sort: 'name' })),
    operatorMay('licenseTemplate:write'),
  ])
  return (
    <>
      <Notice searchParams={searchParams} texts={{ deleted: 'The license template is deleted.' }} />
      <PageHeader
        title="License templates"
        description="What licenses inherit when they are made."
        actions={
          mayWrite && (
            <Link className="btn btn-primary" href="/dashboard/templates/new">
              New template
            </Link>
          )
        }
      />
      {templates.total === 0 ? (
        <EmptyState title="No license templates yet">Each product needs one.</EmptyState>
      ) : (
        <DataTable
          caption="License templates"
          rows={templates.items}
          columns={[
            [
              'Name',
              (template) => (
                <Link className="link font-medium" href={`/dashboard/templates/${template.id}`}>
                  {template.name}
                </Link>
              ),
            ],
            [
              'Devices',
              ({ allowedActivations }) => (allowedActivations <= 0 ? 'Unlimited' : allowedActivations),
            ],
            ['Interval', (template) => template.subscriptionInterval ?? 'Perpetual'],
            ['Type', (template) => template.type],
            ['Changed', (template) => <DateTime iso={template.updatedAt} dateOnly />],
          ]}
        />
      )}
      <Pagination {...templates} pathname="/dashboard/templates" noun="templates" />
    </>
  )
}
