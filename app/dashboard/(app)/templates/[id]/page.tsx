import type { Metadata } from 'next'
import { Alert } from '#app/_ui/alert.tsx'
import { Card } from '#app/_ui/card.tsx'
import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { type IdParams, orNotFound, readId, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { getTemplate } from '#lib/catalog/templates/get-template.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'
import { deleteTemplateAction, updateTemplateAction } from '../actions.ts'
import { TemplateFields } from '../template-fields.tsx'

export const metadata: Metadata = { title: 'License template' }

const NOTICES = { created: 'The license template is created.', saved: 'The changes are saved.' }

export default async function TemplatePage({
  params,
  searchParams,
}: {
  params: IdParams
  searchParams: SearchParams
}) {
  const ctx = await authorizeOperator('licenseTemplate:read')
  const template = await orNotFound(getTemplate(ctx, await readId(params)))
  const mayWrite = await operatorMay('licenseTemplate:write')
  return (
    <>
      <Notice searchParams={searchParams} texts={NOTICES} />
      <PageHeader
        title={template.name}
        description="License template"
        actions={
          mayWrite && (
            <ConfirmButton id="delete" label="Delete…" title={`Delete “${template.name}”?`} className="btn">
              <p>Only a template that no product, price or license uses can be deleted.</p>
              <ActionForm action={deleteTemplateAction}>
                <input type="hidden" name="id" value={template.id} />
                <SubmitButton tone="error">Delete template</SubmitButton>
              </ActionForm>
            </ConfirmButton>
          )
        }
      />
      <div className="space-y-4">
        <Alert>Changes count for licenses made from now on. Existing licenses stay as they are.</Alert>
        <Card>
          <ActionForm action={updateTemplateAction} label="License template">
            <input type="hidden" name="id" value={template.id} />
            <fieldset disabled={!mayWrite} className="space-y-4">
              <legend className="sr-only">License template</legend>
              <TemplateFields template={template} />
              {mayWrite && <SubmitButton>Save</SubmitButton>}
            </fieldset>
          </ActionForm>
        </Card>
      </div>
    </>
  )
}
