import type { Metadata } from 'next'
import { Alert } from '#app/_ui/alert.tsx'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { Card } from '#app/_ui/card.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Facts } from '#app/dashboard/_ui/facts.tsx'
import { type IdParams, orNotFound, readId } from '#app/dashboard/_ui/page-input.ts'
import { getMail } from '#lib/mail/get-mail.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'

export const metadata: Metadata = { title: 'Mail' }

export default async function MailPage({ params }: { params: IdParams }) {
  const ctx = await authorizeOperator('mail:read')
  const mail = await orNotFound(getMail(ctx, await readId(params)))
  return (
    <>
      <PageHeader title={mail.subject ?? `Mail: ${mail.template}`} />
      <div className="space-y-6">
        <Card>
          <Facts
            items={[
              ['To', mail.to],
              ['State', <StatusBadge key="state" status={mail.state} />],
              ['Written', <DateTime key="written" iso={mail.createdAt} />],
              ['Sent', <DateTime key="sent" iso={mail.sentAt} />],
              ['Attempts', String(mail.attempts)],
              ['Last error', mail.lastError],
            ]}
          />
        </Card>
        {mail.html !== null && (
          <Card title="As it looks">
            {/*
              An origin of its own and, by the policy of its content, no scripts and no forms: whatever a template holds, it
              cannot act as the operator. The sandbox itself lets scripts pass for the sake of tools that look into frames.
            */}
            <iframe
              title="The mail"
              src={`/dashboard/mailbox/${mail.id}/content`}
              sandbox="allow-scripts"
              className="h-[34rem] w-full rounded-field border border-base-300 bg-white"
            />
          </Card>
        )}
        {mail.text !== null ? (
          <Card title="As text">
            <pre className="text-sm break-words whitespace-pre-wrap">{mail.text}</pre>
          </Card>
        ) : (
          <Alert>
            {mail.state === 'sent'
              ? 'This mail left by the mail server; its content is not kept.'
              : 'It is rendered when it is sent.'}
          </Alert>
        )}
      </div>
    </>
  )
}
