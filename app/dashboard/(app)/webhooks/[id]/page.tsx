import type { Metadata } from 'next'
import { Alert } from '#app/_ui/alert.tsx'
import { Card } from '#app/_ui/card.tsx'
import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { Select } from '#app/_ui/field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { type IdParams, orNotFound, readId, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { getWebhook } from '#lib/announce/webhooks/get-webhook.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'
import { WebhookState } from '../../../_ui/states.tsx'
import {
  deleteWebhookAction,
  resumeWebhookAction,
  testWebhookAction,
  updateWebhookAction,
} from '../actions.ts'
import { WebhookFields } from '../webhook-fields.tsx'
import { DeliveryLog } from './delivery-log.tsx'
import { TestOutcome } from './test-outcome.tsx'

export const metadata: Metadata = { title: 'Webhook' }

const NOTICES = {
  created: 'The webhook is created.',
  saved: 'The changes are saved.',
  resumed: 'The webhook is called again. You can replay the held deliveries below.',
  replayed: 'The delivery is on its way again.',
}

export default async function WebhookPage({
  params,
  searchParams,
}: {
  params: IdParams
  searchParams: SearchParams
}) {
  const ctx = await authorizeOperator('webhook:read')
  const webhook = await orNotFound(getWebhook(ctx, await readId(params)))
  const mayWrite = await operatorMay('webhook:write')
  return (
    <>
      <Notice searchParams={searchParams} texts={NOTICES} />
      <TestOutcome ctx={ctx} webhookId={webhook.id} searchParams={searchParams} />
      <PageHeader
        title={webhook.name}
        description={<WebhookState webhook={webhook} />}
        actions={
          mayWrite && (
            <ConfirmButton id="delete" label="Delete…" title={`Delete “${webhook.name}”?`} className="btn">
              <p>This deletes its delivery log, too. Pending deliveries are not sent.</p>
              <ActionForm action={deleteWebhookAction}>
                <input type="hidden" name="id" value={webhook.id} />
                <SubmitButton tone="error">Delete webhook</SubmitButton>
              </ActionForm>
            </ConfirmButton>
          )
        }
      />
      <div className="space-y-6">
        {webhook.active && webhook.suspended && (
          <Alert tone="warning">
            <p>
              Suspended since <DateTime iso={webhook.suspendedAt} />: nothing had reached it for three days.
              What happens is kept for replay. Resume it once the receiver works; saving its settings does
              that too.
            </p>
            {mayWrite && (
              <ActionForm action={resumeWebhookAction} label="Resume" className="mt-3">
                <input type="hidden" name="id" value={webhook.id} />
                <SubmitButton size="sm" tone="neutral">
                  Resume
                </SubmitButton>
              </ActionForm>
            )}
          </Alert>
        )}
        <DeliveryLog ctx={ctx} webhookId={webhook.id} mayReplay={mayWrite} searchParams={searchParams} />
        {mayWrite && (
          <Card title="Send a sample">
            <ActionForm action={testWebhookAction} label="Send a sample">
              <input type="hidden" name="id" value={webhook.id} />
              <Select
                name="event"
                label="Event"
                hint="Sent once, with made-up values. To the receiver it looks like a real event."
                options={webhook.events.map((event) => ({ value: event, label: event }))}
              />
              <SubmitButton tone="neutral">Send</SubmitButton>
            </ActionForm>
          </Card>
        )}
        <Card title="Settings">
          <ActionForm action={updateWebhookAction} label="Webhook">
            <input type="hidden" name="id" value={webhook.id} />
            <fieldset disabled={!mayWrite} className="space-y-4">
              <legend className="sr-only">Webhook</legend>
              <WebhookFields webhook={webhook} />
              {mayWrite && <SubmitButton>Save</SubmitButton>}
            </fieldset>
          </ActionForm>
        </Card>
      </div>
    </>
  )
}
