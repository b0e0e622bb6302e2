import type { Metadata } from 'next'
import Link from 'next/link'
import { Card } from '#app/_ui/card.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'
import { createTemplateAction } from '../actions.ts'
import { NEW_TEMPLATE, TemplateFields } from '../template-fields.tsx'

export const metadata: Metadata = { title: 'New license template' }

export default async function NewTemplatePage() {
  await authorizeOperator('licenseTemplate:write')
  return (
    <>
      <PageHeader title="New license template" />
      <Card>
        <ActionForm action={createTemplateAction} label="New license template">
          <TemplateFields template={NEW_TEMPLATE} />
          <div className="flex gap-2">
            <SubmitButton>Create template</SubmitButton>
            <Link className="btn btn-ghost" href="/dashboard/templates">
              Cancel
            </Link>
          </div>
        </ActionForm>
      </Card>
    </>
  )
}
