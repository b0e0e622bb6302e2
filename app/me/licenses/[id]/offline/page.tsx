import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { Alert } from '#app/_ui/alert.tsx'
import { Card } from '#app/_ui/card.tsx'
import { Select, TextArea } from '#app/_ui/field.tsx'
import { FileField } from '#app/_ui/file-field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { VALIDITY_OPTIONS } from '#app/_ui/offline-answer.ts'
import { OfflineResponse } from '#app/_ui/offline-response.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { AppError } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'
import { listMyActivations } from '#lib/licensing/activations/list-my-activations.ts'
import { getMyLicense } from '#lib/licensing/licenses/get-my-license.ts'
import { authorizeCustomer } from '#lib/web/sessions/customer.ts'
import { offlineActivateMineAction, offlineDeactivateMineAction } from './actions.ts'

export const metadata: Metadata = { title: 'Use without a connection' }

interface OfflinePageProps {
  params: Promise<{ id: string }>
  /** Why a download was refused. */
  searchParams: Promise<{ refused?: string | string[] }>
}

const REFUSALS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    REVOKED_LICENSE: 'This license has been revoked: there is no file for it.',
    INVALID_LICENSE_TYPE:
      'Devices of a floating license hold their place for a short time only: there is no file for them.',
    ACTIVATION_NOT_FOUND: 'That device is not activated any more.',
  }),
)

/** The most devices that the page lists. */
const DEVICES_SHOWN = 100

export default async function OfflinePage({ params, searchParams }: OfflinePageProps) {
  const { id } = await params
  const ctx = await authorizeCustomer('me:read', {
    returnTo: `/me/licenses/${encodeURIComponent(id)}/offline`,
  })
  if (!isId(id)) notFound()
  const license = await getMyLicense(ctx, id).catch(orNotFound)
  if (!license.owned) notFound()
  const devices = await listMyActivations(ctx, {
    ...FIRST_PAGE,
    limit: DEVICES_SHOWN,
    filters: [{ field: 'licenseId', operator: 'eq', values: [id] }],
  })
  const { refused } = await searchParams
  const refusal = typeof refused === 'string' ? REFUSALS.get(refused) : undefined
  return (
    <>
      <PageHeader
        title="Use without a connection"
        description={license.product.displayName}
        actions={
          <Link className="btn btn-ghost" href={`/me/licenses/${id}`}>
            Back to the license
          </Link>
        }
      />
      <div className="grid gap-6">
        {refusal && <Alert tone="error">{refusal}</Alert>}
        <Card title="Activate a device">
          <p className="mb-4 text-base-content/70">
            On the device, let the application make a request. Bring it here, and take the response back to
            the device.
          </p>
          <ActionForm action={offlineActivateMineAction} label="Activate a device">
            <OfflineResponse>
              <input type="hidden" name="licenseId" value={id} />
              <FileField name="requestFile" label="Request file" />
              <TextArea name="offlineRequest" label="Or the request as text" />
              <Select
                name="validityDays"
                label="The response counts for"
                hint="After that the device needs a new response."
                options={VALIDITY_OPTIONS}
                defaultValue="30"
              />
              <SubmitButton>Activate</SubmitButton>
            </OfflineResponse>
          </ActionForm>
        </Card>
        <Card title="Deactivate a device">
          <p className="mb-4 text-base-content/70">
            Deactivate the license in the application. It makes a request; bring it here to free the device’s
            place.
          </p>
          <ActionForm action={offlineDeactivateMineAction} label="Deactivate a device">
            <input type="hidden" name="licenseId" value={id} />
            <FileField name="requestFile" label="Request file" />
            <TextArea name="offlineRequest" label="Or the request as text" />
            <SubmitButton tone="neutral">Deactivate</SubmitButton>
          </ActionForm>
        </Card>
        <Card title="License file">
          <p className="mb-4 text-base-content/70">
            For applications that take a file instead of an activation. It is valid for 30 days and opens with
            the license key.
          </p>
          <form action={`/me/licenses/${id}/license-file`} method="post">
            <button type="submit" className="btn">
              Download license file
            </button>
          </form>
        </Card>
        {devices.items.length > 0 && (
          <Card title="Machine files">
            <p className="mb-2 text-base-content/70">
              The same for one activated device. No other device can use it.
            </p>
            <ul className="divide-y divide-base-300">
              {devices.items.map((device) => {
                const name = device.name || device.hostname || 'Unnamed device'
                return (
                  <li key={device.id} className="flex flex-wrap items-center justify-between gap-3 py-3">
                    <span className="min-w-0 font-medium break-words">{name}</span>
                    <form action={`/me/licenses/${id}/machine-file`} method="post">
                      <input type="hidden" name="activationId" value={device.id} />
                      <button
                        type="submit"
                        className="btn btn-sm"
                        aria-label={`Download machine file of ${name}`}
                      >
                        Download
                      </button>
                    </form>
                  </li>
                )
              })}
            </ul>
          </Card>
        )}
      </div>
    </>
  )
}

function orNotFound(error: unknown): never {
  if (error instanceof AppError && error.code === 'NOT_FOUND') notFound()
  throw error
}
