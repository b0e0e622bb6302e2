import type { Metadata } from 'next'
import Link from 'next/link'
import { Card } from '#app/_ui/card.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { CheckboxField, Field, Select, TextArea } from '#app/_ui/field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { productChoices, templateChoices } from '#app/dashboard/_ui/choices.ts'
import { ConfirmUnproved } from '#app/dashboard/_ui/confirm-unproved.tsx'
import { readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'
import { createLicenseAction } from '../actions.ts'

export const metadata: Metadata = { title: 'New license' }

export default async function NewLicensePage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('license:write')
  const { values } = await readQuery(searchParams, 'email', 'productId')
  const [products, templates] = await Promise.all([productChoices(ctx), templateChoices(ctx)])
  if (products.length === 0) {
    return (
      <>
        <PageHeader title="New license" />
        <EmptyState
          title="There is no product yet"
          action={
            <Link className="btn btn-primary" href="/dashboard/products/new">
              New product
            </Link>
          }
        >
          A license is for a product.
        </EmptyState>
      </>
    )
  }
  return (
    <>
      <PageHeader title="New license" description="For what was given away or paid elsewhere." />
      <Card>
        <ActionForm action={createLicenseAction} label="New license">
          <Select
            name="productId"
            label="Product"
            options={products}
            defaultValue={values.productId}
            required
          />
          <Select
            name="licenseTemplateId"
            label="License template"
            options={[{ value: '', label: 'The product’s own' }, ...templates]}
          />
          <Field
            name="email"
            label="Email"
            type="email"
            defaultValue={values.email}
            required
            autoComplete="off"
            hint="Of the user who will own it."
          />
          <ConfirmUnproved />
          <CheckboxField name="createUser" label="Create the user if there is none with this address" />
          <Select
            name="reason"
            label="Payment"
            options={[
              { value: 'free', label: 'Free' },
              { value: 'paid-elsewhere', label: 'Paid elsewhere' },
            ]}
          />
          <TextArea
            name="notes"
            label="Notes"
            hint="Such as an invoice number. The owner sees them too."
            rows={2}
          />
          <CheckboxField name="mail" label="Mail the key to the user" defaultChecked />
          <div className="flex gap-2">
            <SubmitButton>Create license</SubmitButton>
            <Link className="btn btn-ghost" href="/dashboard/licenses">
              Cancel
            </Link>
          </div>
        </ActionForm>
      </Card>
    </>
  )
}
