import type { Metadata } from 'next'
import Link from 'next/link'
import { Card } from '#app/_ui/card.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'
import { createWebhookAction } from '../actions.ts'
import { WebhookFields } from '../webhook-fields.tsx'
import { SecretOnce } from './secret-once.tsx'

export const metadata: Metadata = { title: 'New webhook' }

export default async function NewWebhookPage() {
  await authorizeOperator('webhook:write')
  return (
    <>
      <PageHeader title="New webhook" />
      <Card>
        <ActionForm action={createWebhookAction} label="New webhook">
          <SecretOnce>
            <WebhookFields />
            <div className="flex gap-2">
              <SubmitButton>Create webhook</SubmitButton>
              <Link className="btn btn-ghost" href="/dashboard/webhooks">
                Cancel
              </Link>
            </div>
          </SecretOnce>
        </ActionForm>
      </Card>
    </>
  )
}
