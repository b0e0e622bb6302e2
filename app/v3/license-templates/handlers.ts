import { z } from 'zod'
import { createTemplate } from '#lib/catalog/templates/create-template.ts'
import { deleteTemplate } from '#lib/catalog/templates/delete-template.ts'
import { getTemplate } from '#lib/catalog/templates/get-template.ts'
import { listTemplates, templateListFields } from '#lib/catalog/templates/list-templates.ts'
import { TemplateDto } from '#lib/catalog/templates/template-dto.ts'
import { CreateTemplateInput, UpdateTemplateInput } from '#lib/catalog/templates/template-input.ts'
import { updateTemplate } from '#lib/catalog/templates/update-template.ts'
import { id } from '#lib/core/input/fields.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const params = z.object({ id: id() })

/** The collection, under its present name and its old one. */
export const templateCollection = (name: string, deprecated: boolean) =>
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
export const templateItem = (name: string, deprecated: boolean) =>
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
