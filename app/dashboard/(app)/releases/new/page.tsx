import type { Metadata } from 'next'
import Link from 'next/link'
import { Card } from '#app/_ui/card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { productChoices } from '#app/dashboard/_ui/choices.ts'
import { permissionsOf } from '#lib/core/actor.ts'
import { authorize } from '#lib/core/authorize.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'
import { createReleaseAction } from '../actions.ts'
import { knownNames } from '../known-names.ts'
import { ReleaseFields } from '../release-fields.tsx'

export const metadata: Metadata = { title: 'New release' }

export default async function NewReleasePage() {
  const ctx = await authorizeOperator('release:write')
  const products = await productChoices(ctx)
  if (products.length === 0) {
    return (
      <>
        <PageHeader title="New release" />
        <EmptyState
          title="There is no product yet"
          action={
            <Link className="btn btn-primary" href="/dashboard/products/new">
              New product
            </Link>
          }
        >
          A release is a version of one.
        </EmptyState>
      </>
    )
  }
  const reading = permissionsOf(ctx.actor).has('release:read') ? authorize(ctx, 'release:read') : undefined
  const [channels, platforms] = reading
    ? await Promise.all([knownNames(reading, 'channel'), knownNames(reading, 'platform')])
    : [[], []]
  return (
    <>
      <PageHeader title="New release" description="It begins as a draft: add its files, then publish it." />
      <Card>
        <ActionForm action={createReleaseAction} label="New release">
          <ReleaseFields
            products={products}
            channels={channels.map(({ name }) => name)}
            platforms={platforms.map(({ name }) => name)}
          />
          <div className="flex gap-2">
            <SubmitButton>Create release</SubmitButton>
            <Link className="btn btn-ghost" href="/dashboard/releases">
              Cancel
            </Link>
          </div>
        </ActionForm>
      </Card>
    </>
  )
}
