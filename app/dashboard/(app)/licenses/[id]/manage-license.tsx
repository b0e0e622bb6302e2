import { Card } from '#app/_ui/card.tsx'
import { CheckboxField, Field, TextArea } from '#app/_ui/field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { ConfirmUnproved } from '#app/dashboard/_ui/confirm-unproved.tsx'
import { Disclosure } from '#app/dashboard/_ui/disclosure.tsx'
import type { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { FORMER_KEY_DAYS } from '#lib/licensing/licenses/swap-key.ts'
import {
  deleteLicenseAction,
  moveLicenseAction,
  renewLicenseAction,
  replaceKeyAction,
  resendKeyAction,
  setExpiryAction,
  updateLicenseAction,
} from '../actions.ts'

/** Everything else an operator may do with a license; each opens where it is needed. */
export function ManageLicense({ license }: { license: LicenseDto }) {
  const id = <input type="hidden" name="id" value={license.id} />
  return (
    <Card title="Manage">
      <div className="space-y-2">
        <Disclosure summary="Renew">
          {license.subscriptionInterval && license.expiresAt ? (
            <>
              <p className="mb-4">
                Lengthens it by one interval ({license.subscriptionInterval}), from its expiry or, if that has
                passed, from now.
              </p>
              <ActionForm action={renewLicenseAction} label="Renew">
                {id}
                <SubmitButton>Renew license</SubmitButton>
              </ActionForm>
            </>
          ) : (
            <p>
              {license.expiresAt
                ? 'Its template gives it no interval: a subscription renews it with each payment. By hand, set the expiry below.'
                : 'It has no expiry: there is nothing to renew.'}
            </p>
          )}
        </Disclosure>
        <Disclosure summary="Set expiry">
          <ActionForm action={setExpiryAction} label="Set expiry">
            {id}
            <Field
              name="expiresAt"
              label="Expires (UTC)"
              type="datetime-local"
              step={1}
              defaultValue={license.expiresAt?.slice(0, 19) ?? ''}
              hint="Empty: never. Billing may lengthen what you set here, but does not shorten it."
            />
            <SubmitButton>Set expiry</SubmitButton>
          </ActionForm>
        </Disclosure>
        <Disclosure summary="Devices and notes">
          <ActionForm action={updateLicenseAction} label="Devices and notes">
            {id}
            <Field
              name="allowedActivations"
              label="Devices allowed"
              type="number"
              min={-1}
              defaultValue={String(license.allowedActivations)}
              hint="0 or -1: unlimited. Devices beyond a lower number stay activated."
              required
            />
            <TextArea
              name="notes"
              label="Notes"
              defaultValue={license.notes}
              hint="The owner sees them too."
            />
            <SubmitButton>Save</SubmitButton>
          </ActionForm>
        </Disclosure>
        <Disclosure summary="Move to another user">
          <ActionForm action={moveLicenseAction} label="Move to another user">
            {id}
            <Field name="email" label="Email of the new owner" type="email" required autoComplete="off" />
            <ConfirmUnproved />
            <CheckboxField name="mail" label="Mail the key to the new owner" defaultChecked />
            <SubmitButton>Move license</SubmitButton>
          </ActionForm>
        </Disclosure>
        {license.user && (
          <Disclosure summary="Resend the key">
            <p className="mb-4">Mails the key to {license.user.email} once more.</p>
            <ActionForm action={resendKeyAction} label="Resend the key">
              {id}
              <SubmitButton>Resend key</SubmitButton>
            </ActionForm>
          </Disclosure>
        )}
        <Disclosure key={license.updatedAt} summary="Replace the key">
          <p className="mb-4">
            For a key that became known. The license gets a new one
            {license.user && `, which is mailed to ${license.user.email}`}. The old one takes no new device;
            devices that know it may use it for {FORMER_KEY_DAYS} days more.
          </p>
          <ActionForm action={replaceKeyAction} label="Replace the key">
            {id}
            <SubmitButton tone="error">Replace key</SubmitButton>
          </ActionForm>
        </Disclosure>
        <Disclosure summary="Delete">
          <p className="mb-4">
            This deletes the license with its devices for good, and the order’s link to it. To stop a license,
            revoke it instead.
          </p>
          <ActionForm action={deleteLicenseAction} label="Delete">
            {id}
            <Field name="confirmation" label="Type “delete” to confirm" required autoComplete="off" />
            <SubmitButton tone="error">Delete license</SubmitButton>
          </ActionForm>
        </Disclosure>
      </div>
    </Card>
  )
}
