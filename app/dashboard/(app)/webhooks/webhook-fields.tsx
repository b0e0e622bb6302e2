import { CheckboxField, Field } from '#app/_ui/field.tsx'
import { GroupError } from '#app/dashboard/_ui/group-error.tsx'
import { EVENT_NAMES, WEBHOOK_RESOURCES } from '#lib/announce/webhooks/event-names.ts'
import type { WebhookDto } from '#lib/announce/webhooks/webhook-dto.ts'

const RESOURCES: Record<(typeof WEBHOOK_RESOURCES)[number], string> = {
  license: 'Licenses',
  activation: 'Devices',
  'trial-activation': 'Trials',
  user: 'Users',
  product: 'Products',
  release: 'Releases',
  organization: 'Organizations',
}

/** The fields of a webhook. `webhook` is absent for a new one. */
export function WebhookFields({ webhook }: { webhook?: WebhookDto }) {
  return (
    <>
      <Field name="name" label="Name" defaultValue={webhook?.name} required maxLength={256} />
      <Field
        name="url"
        label="URL"
        type="url"
        defaultValue={webhook?.url}
        required
        maxLength={2048}
        placeholder="https://example.com/hooks/latchkey"
        hint="A public address. Private networks and this machine are never called, redirects are not followed."
      />
      <Field
        name="token"
        label={webhook ? 'New secret' : 'Secret'}
        autoComplete="off"
        maxLength={512}
        hint={
          webhook
            ? 'Leave it empty to keep the present one.'
            : 'Leave it empty and one is made for you. Deliveries are signed with it; one that starts with whsec_ is used as Standard Webhooks says.'
        }
      />
      <CheckboxField name="active" label="Active" defaultChecked={webhook?.active ?? true} />
      <fieldset>
        <legend className="mb-2 text-sm font-medium">Events</legend>
        <GroupError name="events" />
        <div className="grid gap-6 sm:grid-cols-2 lg:grid-cols-3">
          {WEBHOOK_RESOURCES.map((resource) => (
            <fieldset key={resource} className="space-y-2">
              <legend className="mb-1 text-sm text-base-content/70">{RESOURCES[resource]}</legend>
              {EVENT_NAMES[resource].map((event) => (
                <CheckboxField
                  key={event}
                  name={`event-${event}`}
                  label={<span className="font-mono wrap-anywhere">{event}</span>}
                  defaultChecked={webhook?.events.includes(event) ?? false}
                />
              ))}
            </fieldset>
          ))}
        </div>
      </fieldset>
    </>
  )
}
