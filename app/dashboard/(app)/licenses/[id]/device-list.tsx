import { Card } from '#app/_ui/card.tsx'
import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { equals, listInput } from '#app/dashboard/_ui/page-input.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { listActivations } from '#lib/licensing/activations/list-activations.ts'
import { deleteDeviceAction } from '../actions.ts'

/** The devices that a license is activated on, the newest hundred of them. */
export async function DeviceList({
  ctx,
  licenseId,
  mayFree,
}: {
  ctx: Authorized<'activation:read'>
  licenseId: string
  mayFree: boolean
}) {
  const devices = await listActivations(ctx, {
    ...listInput({ page: 1, filters: [equals('licenseId', licenseId)] }),
    limit: 100,
  })
  return (
    <Card title={devices.total > devices.items.length ? `Devices (${devices.total})` : 'Devices'}>
      {devices.total === 0 ? (
        <p className="text-base-content/70">Not activated on any device.</p>
      ) : (
        <DataTable
          caption="Devices of this license"
          rows={devices.items}
          columns={[
            ['Device', (device) => device.name || device.hostname || '–'],
            ['System', (device) => `${device.os} ${device.osVersion}`.trim()],
            ['Application', (device) => device.appVersion || '–'],
            ['Address', (device) => device.location.ipAddress || '–'],
            ['Activated', (device) => <DateTime iso={device.createdAt} />],
            ['Last sync', (device) => <DateTime iso={device.lastSyncedAt} />],
            [
              'Actions',
              (device) =>
                mayFree && (
                  <ConfirmButton
                    id={`free-${device.id}`}
                    label="Delete"
                    ariaLabel={`Delete the device ${device.name || device.hostname}`}
                    title="Delete this device?"
                  >
                    <p>Its slot is free at once; the application there stops at its next sync.</p>
                    <ActionForm action={deleteDeviceAction}>
                      <input type="hidden" name="licenseId" value={licenseId} />
                      <input type="hidden" name="activationId" value={device.id} />
                      <SubmitButton tone="error">Delete device</SubmitButton>
                    </ActionForm>
                  </ConfirmButton>
                ),
            ],
          ]}
        />
      )}
    </Card>
  )
}
