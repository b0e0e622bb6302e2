import type { Metadata } from 'next'
import Link from 'next/link'
import { Card } from '#app/_ui/card.tsx'
import { CheckboxField, Field, Select } from '#app/_ui/field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { GroupError } from '#app/dashboard/_ui/group-error.tsx'
import { permissionsOf } from '#lib/core/actor.ts'
import { SCOPES } from '#lib/core/permissions.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'
import { createTokenAction } from '../actions.ts'
import { ShownOnce } from './shown-once.tsx'

export const metadata: Metadata = { title: 'New access token' }

export default async function NewTokenPage() {
  const { actor } = await authorizeOperator('personalAccessToken:write')
  const held = permissionsOf(actor)
  return (
    <>
      <PageHeader title="New access token" />
      <Card>
        <ActionForm action={createTokenAction} label="New access token">
          <ShownOnce>
            <Field name="name" label="Name" required maxLength={256} hint="Where it will be used." />
            <Select
              name="expires"
              label="Expires"
              defaultValue="90"
              options={[
                { value: '30', label: 'After 30 days' },
                { value: '90', label: 'After 90 days' },
                { value: '365', label: 'After a year' },
                { value: 'never', label: 'Never' },
              ]}
            />
            <fieldset>
              <legend className="mb-2 text-sm font-medium">Scopes</legend>
              <p className="mb-3 text-sm text-base-content/70">
                Give it only what it needs. “write” does not include “read”.
              </p>
              <GroupError name="scopes" />
              <div className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
                {SCOPES.filter((scope) => held.has(scope)).map((scope) => (
                  <CheckboxField
                    key={scope}
                    name={`scope-${scope}`}
                    label={<span className="font-mono">{scope}</span>}
                  />
                ))}
              </div>
            </fieldset>
            <div className="flex gap-2">
              <SubmitButton>Create token</SubmitButton>
              <Link className="btn btn-ghost" href="/dashboard/tokens">
                Cancel
              </Link>
            </div>
          </ShownOnce>
        </ActionForm>
      </Card>
    </>
  )
}
