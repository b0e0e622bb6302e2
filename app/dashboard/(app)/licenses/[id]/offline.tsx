import { Alert } from '#app/_ui/alert.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Select, TextArea } from '#app/_ui/field.tsx'
import { FileField } from '#app/_ui/file-field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { VALIDITY_OPTIONS } from '#app/_ui/offline-answer.ts'
import { OfflineResponse } from '#app/_ui/offline-response.tsx'
import { Disclosure } from '#app/dashboard/_ui/disclosure.tsx'
import { firstOf, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { offlineActivateAction, offlineDeactivateAction } from './offline-actions.ts'

/** What an operator does for customers whose devices have no connection. */
export async function Offline({
  licenseId,
  searchParams,
}: {
  licenseId: string
  searchParams: SearchParams
}) {
  const isRefused = firstOf((await searchParams).refused) === 'REVOKED_LICENSE'
  const id = <input type="hidden" name="licenseId" value={licenseId} />
  return (
    <Card title="Without a connection">
      <div className="space-y-2">
        {isRefused && <Alert tone="error">This license is revoked: there is no file for it.</Alert>}
        <form action={`/dashboard/licenses/${licenseId}/license-file`} method="post">
          <button type="submit" className="btn">
            License file
          </button>
          <span className="ml-3 text-sm text-base-content/70">
            Signed, valid for 30 days, opens with the license key.
          </span>
        </form>
        <Disclosure summary="Activate a device by its request">
          <ActionForm action={offlineActivateAction} label="Activate a device by its request">
            <OfflineResponse>
              {id}
              <FileField name="requestFile" label="Request file" />
              <TextArea name="offlineRequest" label="Or the request as text" />
              <Select
                name="validityDays"
                label="The response counts for"
                options={VALIDITY_OPTIONS}
                defaultValue="30"
              />
              <SubmitButton>Activate</SubmitButton>
            </OfflineResponse>
          </ActionForm>
        </Disclosure>
        <Disclosure summary="Deactivate a device by its request">
          <ActionForm action={offlineDeactivateAction} label="Deactivate a device by its request">
            {id}
            <FileField name="requestFile" label="Request file" />
            <TextArea name="offlineRequest" label="Or the request as text" />
            <SubmitButton tone="neutral">Deactivate</SubmitButton>
          </ActionForm>
        </Disclosure>
      </div>
    </Card>
  )
}
