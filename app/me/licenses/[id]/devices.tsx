import type { ActivationDto } from '#lib/licensing/activations/activation-dto.ts'
import { ConfirmButton } from '../../../_ui/confirm-button.tsx'
import { DateTime } from '../../../_ui/date-time.tsx'
import { Field } from '../../../_ui/field.tsx'
import { ActionForm, SubmitButton } from '../../../_ui/form.tsx'
import { deactivateDeviceAction, renameDeviceAction } from './actions.ts'

/** The devices that hold a seat of the license. */
export function Devices({ devices }: { devices: readonly ActivationDto[] }) {
  if (devices.length === 0) {
    return (
      <p className="text-base-content/70">
        No device uses this license yet. Enter the key in the application to activate it.
      </p>
    )
  }
  return (
    <ul className="divide-y divide-base-300">
      {devices.map((device) => (
        <Device key={device.id} device={device} />
      ))}
    </ul>
  )
}

function Device({ device }: { device: ActivationDto }) {
  const name = device.name || device.hostname || 'Unnamed device'
  const facts = [
    device.name && device.hostname,
    device.osVersion || device.os,
    device.appVersion,
    device.location.countryName,
  ]
  return (
    <li className="flex flex-wrap items-center justify-between gap-3 py-3">
      <div className="min-w-0">
        <p className="font-medium break-words">{name}</p>
        <p className="text-sm text-base-content/70">
          {facts.filter(Boolean).join(', ')}
          {facts.some(Boolean) && ', '}
          last seen <DateTime iso={device.lastSyncedAt} />
        </p>
      </div>
      <div className="flex gap-2">
        <ConfirmButton
          id={`rename-${device.id}`}
          label="Rename"
          ariaLabel={`Rename ${name}`}
          title={`Rename ${name}`}
          className="btn btn-ghost btn-sm"
        >
          <ActionForm action={renameDeviceAction} label={`Rename ${name}`}>
            <input type="hidden" name="activationId" value={device.id} />
            <Field
              name="name"
              label="Name"
              defaultValue={device.name}
              hint="Leave it empty to go back to the name the device gave itself."
              maxLength={256}
            />
            <SubmitButton>Save name</SubmitButton>
          </ActionForm>
        </ConfirmButton>
        <ConfirmButton
          id={`deactivate-${device.id}`}
          label="Deactivate"
          ariaLabel={`Deactivate ${name}`}
          title={`Deactivate ${name}?`}
        >
          <p>The application on that device stops working, and its place is free for another one.</p>
          <ActionForm action={deactivateDeviceAction} label={`Deactivate ${name}`}>
            <input type="hidden" name="activationId" value={device.id} />
            <SubmitButton tone="error">Deactivate</SubmitButton>
          </ActionForm>
        </ConfirmButton>
      </div>
    </li>
  )
}
