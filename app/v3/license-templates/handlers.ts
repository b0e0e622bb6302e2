import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createTemplate } from '#lib/templates/create-template.ts'
import { deleteTemplate } from '#lib/templates/delete-template.ts'
import { getTemplate } from '#lib/templates/get-template.ts'
import { templateListFields } from '#lib/templates/list-fields.ts'
import { listTemplates } from '#lib/templates/list-templates.ts'
import { TemplateDto } from '#lib/templates/template-dto.ts'
import { CreateTemplateInput, UpdateTemplateInput } from '#lib/templates/template-input.ts'
import { updateTemplate } from '#lib/templates/update-template.ts'

const params = z.object({ id: id() })

/** The collection, under its present name and its old one. */
export const collection = (name: string, deprecated: boolean) =>
  methods({
    GET: defineRoute(
      {
        summary: `List ${name.replace(/y$/, 'ie')}s`,
        permission: 'licenseTemplate:read',
        query: listQuery(templateListFields),
        response: z.array(TemplateDto),
        status: 200,
        deprecated,
      },
      (ctx, { query }) => listTemplates(ctx, query),
    ),
    POST: defineRoute(
      {
        summary: `Create a ${name}`,
        permission: 'licenseTemplate:write',
        body: CreateTemplateInput,
        response: TemplateDto,
        status: 201,
        errors: ['CONFLICT'],
        deprecated,
      },
      (ctx, { body }) => createTemplate(ctx, body),
    ),
  })

/** One of them. */
export const member = (name: string, deprecated: boolean) =>
  methods({
    GET: defineRoute(
      {
        summary: `Get a ${name}`,
        permission: 'licenseTemplate:read',
        params,
        response: TemplateDto,
        status: 200,
        errors: ['NOT_FOUND'],
        deprecated,
      },
      (ctx, { params }) => getTemplate(ctx, params.id),
    ),
    PATCH: defineRoute(
      {
        summary: `Change a ${name}`,
        description: 'Licenses made from it before keep what they inherited.',
        permission: 'licenseTemplate:write',
        params,
        body: UpdateTemplateInput,
        response: TemplateDto,
        status: 200,
        errors: ['NOT_FOUND', 'CONFLICT'],
        deprecated,
      },
      (ctx, { params, body }) => updateTemplate(ctx, params.id, body),
    ),
    DELETE: defineRoute(
      {
        summary: `Delete a ${name} that nothing was made from`,
        permission: 'licenseTemplate:write',
        params,
        status: 204,
        errors: ['NOT_FOUND', 'IN_USE'],
        deprecated,
      },
      (ctx, { params }) => deleteTemplate(ctx, params.id),
    ),
  })
