import Link from 'next/link'
import type { ReactNode } from 'react'
import { Alert } from '#app/_ui/alert.tsx'
import { Card } from '#app/_ui/card.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { formatMoney } from '#lib/catalog/prices/currency.ts'
import { permissionsOf } from '#lib/core/actor.ts'
import { authorize } from '#lib/core/authorize.ts'
import { getOverview, type Overview } from '#lib/insight/get-overview.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'

export default async function OverviewPage() {
  const ctx = await authorizeOperator('public')
  const mayRead = permissionsOf(ctx.actor).has('analytics:read')
  const overview = mayRead ? await getOverview(authorize(ctx, 'analytics:read')) : undefined
  return (
    <>
      <PageHeader title="Overview" />
      {overview ? (
        <div className="space-y-6">
          <Numbers overview={overview} />
          <Attention attention={overview.attention} />
        </div>
      ) : (
        <Alert>Choose a part in the menu. Your role has no access to these numbers.</Alert>
      )}
    </>
  )
}

function Numbers({ overview }: { overview: Overview }) {
  const { users, bannedUsers, usableLicenses, activations, sales } = overview
  const revenue = sales.revenue.map(({ amount, currency }) => formatMoney(amount, currency)).join(' + ')
  return (
    <dl className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
      <Figure
        label="Users"
        href="/dashboard/users"
        value={users}
        note={bannedUsers > 0 && `${bannedUsers} banned`}
      />
      <Figure label="Active licenses" href="/dashboard/licenses" value={usableLicenses} />
      <Figure label="Activated devices" value={activations} />
      <Figure
        label="Revenue, 30 days"
        href="/dashboard/orders"
        value={revenue || '–'}
        note={`${sales.orders} paid ${sales.orders === 1 ? 'order' : 'orders'}`}
      />
    </dl>
  )
}

function Figure({
  label,
  value,
  note,
  href,
}: {
  label: string
  value: ReactNode
  note?: ReactNode
  href?: string
}) {
  return (
    <div className="rounded-box border border-base-300 bg-base-100 p-5">
      <dt className="text-sm text-base-content/70">
        {href ? (
          <Link className="link-hover" href={href}>
            {label}
          </Link>
        ) : (
          label
        )}
      </dt>
      <dd className="mt-1 text-2xl font-semibold tabular-nums">{value}</dd>
      {note && <dd className="mt-1 text-sm text-base-content/70">{note}</dd>}
    </div>
  )
}

function Attention({ attention }: { attention: Overview['attention'] }) {
  const { failedMails, ordersWithAttention, deadReconciliations } = attention
  const nothing = failedMails === 0 && ordersWithAttention === 0 && deadReconciliations.length === 0
  return (
    <Card title="Needs attention">
      {nothing ? (
        <p className="text-base-content/70">Nothing. Payments are handled and mails are sent.</p>
      ) : (
        <ul className="list-disc space-y-2 pl-5">
          {ordersWithAttention > 0 && (
            <li>
              <Link className="link" href="/dashboard/orders">
                {ordersWithAttention} {ordersWithAttention === 1 ? 'order needs' : 'orders need'} a decision
              </Link>
            </li>
          )}
          {failedMails > 0 && (
            <li>
              <Link className="link" href="/dashboard/mailbox?state=failed">
                {failedMails} {failedMails === 1 ? 'mail' : 'mails'} could not be sent
              </Link>
            </li>
          )}
          {deadReconciliations.map(({ subject, orderId, lastError }) => (
            <li key={subject}>
              Handling the payment{' '}
              {orderId ? (
                <Link className="link" href={`/dashboard/orders/${orderId}`}>
                  {subject}
                </Link>
              ) : (
                <code>{subject}</code>
              )}{' '}
              was given up{lastError && `: ${lastError}`}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
