import type { Metadata } from 'next'
import Link from 'next/link'
import { Card } from '#app/_ui/card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { templateChoices } from '#app/dashboard/_ui/choices.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'
import { createProductAction } from '../actions.ts'
import { ProductFields } from '../product-fields.tsx'

export const metadata: Metadata = { title: 'New product' }

export default async function NewProductPage() {
  const ctx = await authorizeOperator('product:write')
  const templates = await templateChoices(ctx)
  if (templates.length === 0) {
    return (
      <>
        <PageHeader title="New product" />
        <EmptyState
          title="There is no license template yet"
          action={
            <Link className="btn btn-primary" href="/dashboard/templates/new">
              New template
            </Link>
          }
        >
          A product needs one: its licenses inherit from it.
        </EmptyState>
      </>
    )
  }
  return (
    <>
      <PageHeader title="New product" description="Its signing keys are made with it." />
      <Card>
        <ActionForm action={createProductAction} label="New product">
          <ProductFields templates={templates} />
          <div className="flex gap-2">
            <SubmitButton>Create product</SubmitButton>
            <Link className="btn btn-ghost" href="/dashboard/products">
              Cancel
            </Link>
          </div>
        </ActionForm>
      </Card>
    </>
  )
}
