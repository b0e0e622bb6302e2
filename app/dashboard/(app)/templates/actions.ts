'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { createTemplate } from '#lib/catalog/templates/create-template.ts'
import { deleteTemplate } from '#lib/catalog/templates/delete-template.ts'
import { CreateTemplateInput, UpdateTemplateInput } from '#lib/catalog/templates/template-input.ts'
import { updateTemplate } from '#lib/catalog/templates/update-template.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'
import { fromTemplateForm } from './template-form.ts'

const writing = { area: 'operator', permission: 'licenseTemplate:write' } as const

export const createTemplateAction = defineAction(
  { ...writing, schema: fromTemplateForm(CreateTemplateInput) },
  async (ctx, input) => {
    const template = await createTemplate(ctx, input)
    redirect(`/dashboard/templates/${template.id}?done=created`)
  },
)

export const updateTemplateAction = defineAction(
  { ...writing, schema: fromTemplateForm(UpdateTemplateInput.extend({ id: id() })) },
  async (ctx, { id: templateId, ...changes }) => {
    await updateTemplate(ctx, templateId, changes)
    redirect(`/dashboard/templates/${templateId}?done=saved`)
  },
)

export const deleteTemplateAction = defineAction(
  { ...writing, schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await deleteTemplate(ctx, input.id)
    redirect('/dashboard/templates?done=deleted')
  },
)
