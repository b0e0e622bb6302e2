import { z } from 'zod'
import { AutomatedEmailDto } from '#lib/announce/automated-emails/automated-email-dto.ts'
import {
  CreateAutomatedEmailInput,
  PreviewInput,
  TestEmailInput,
  UpdateAutomatedEmailInput,
} from '#lib/announce/automated-emails/automated-email-input.ts'
import { createAutomatedEmail } from '#lib/announce/automated-emails/create-automated-email.ts'
import { deleteAutomatedEmail } from '#lib/announce/automated-emails/delete-automated-email.ts'
import { getAutomatedEmail } from '#lib/announce/automated-emails/get-automated-email.ts'
import {
  automatedEmailListFields,
  listAutomatedEmails,
} from '#lib/announce/automated-emails/list-automated-emails.ts'
import { PreviewDto, previewAutomatedEmail } from '#lib/announce/automated-emails/preview-automated-email.ts'
import { testAutomatedEmail } from '#lib/announce/automated-emails/test-automated-email.ts'
import { updateAutomatedEmail } from '#lib/announce/automated-emails/update-automated-email.ts'
import { id } from '#lib/core/input/fields.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'
import { LARGEST_BODY } from '#lib/web/http/read-body.ts'

/** One resource under two names: `automated-emails`, and what clients older than that call it. */
interface Name {
  /** `automated email`, `email template`. */
  noun: string
  deprecated: boolean
}

const params = z.object({ id: id() })

/** Methods of the list. */
export const automatedEmailCollection = ({ noun, deprecated }: Name) =>
  methods({
    GET: defineRoute(
      {
        summary: `List ${noun}s`,
        permission: 'automatedEmail:read',
        query: listQuery(automatedEmailListFields),
        response: z.array(AutomatedEmailDto),
        status: 200,
        deprecated,
      },
      (ctx, { query }) => listAutomatedEmails(ctx, query),
    ),
    POST: defineRoute(
      {
        summary: `Create an ${noun}`,
        description:
          'Subject and body are Liquid templates, such as `{{ license.key }}`, `{{ user.firstName }}`, ' +
          '`{{ license.expiresAt | format_date: "dd MMM yyyy" }}`; what variables hold is escaped in the body. It goes to the ' +
          "license's owner whenever the event happens.",
        permission: 'automatedEmail:write',
        body: CreateAutomatedEmailInput,
        bodyLimit: LARGEST_BODY,
        response: AutomatedEmailDto,
        status: 201,
        errors: ['CONFLICT'],
        deprecated,
      },
      (ctx, { body }) => createAutomatedEmail(ctx, body),
    ),
  })

/** Methods of one. */
export const automatedEmailItem = ({ noun, deprecated }: Name) =>
  methods({
    GET: defineRoute(
      {
        summary: `Get an ${noun}`,
        permission: 'automatedEmail:read',
        params,
        response: AutomatedEmailDto,
        status: 200,
        errors: ['NOT_FOUND'],
        deprecated,
      },
      (ctx, { params }) => getAutomatedEmail(ctx, params.id),
    ),
    PATCH: defineRoute(
      {
        summary: `Change an ${noun}`,
        permission: 'automatedEmail:write',
        params,
        body: UpdateAutomatedEmailInput,
        bodyLimit: LARGEST_BODY,
        response: AutomatedEmailDto,
        status: 200,
        errors: ['NOT_FOUND', 'CONFLICT'],
        deprecated,
      },
      (ctx, { params, body }) => updateAutomatedEmail(ctx, params.id, body),
    ),
    DELETE: defineRoute(
      {
        summary: `Delete an ${noun} with its log`,
        permission: 'automatedEmail:write',
        params,
        status: 204,
        errors: ['NOT_FOUND'],
        deprecated,
      },
      (ctx, { params }) => deleteAutomatedEmail(ctx, params.id),
    ),
  })

/** Methods of its preview. */
export const preview = ({ noun, deprecated }: Name) =>
  methods({
    GET: defineRoute(
      {
        summary: `Render an ${noun} with made-up values`,
        permission: 'automatedEmail:read',
        params,
        response: PreviewDto,
        status: 200,
        errors: ['NOT_FOUND'],
        deprecated,
      },
      (ctx, { params }) => previewAutomatedEmail(ctx, params.id, {}),
    ),
    POST: defineRoute(
      {
        summary: `Render an ${noun} with made-up values, also with templates that are not saved yet`,
        permission: 'automatedEmail:read',
        params,
        body: PreviewInput,
        bodyLimit: LARGEST_BODY,
        response: PreviewDto,
        status: 200,
        errors: ['NOT_FOUND'],
        deprecated,
      },
      (ctx, { params, body }) => previewAutomatedEmail(ctx, params.id, body),
    ),
  })

/** Methods of its test. */
export const trial = ({ noun, deprecated }: Name) =>
  methods({
    POST: defineRoute(
      {
        summary: `Mail an ${noun} with made-up values to one address`,
        permission: 'automatedEmail:write',
        params,
        body: TestEmailInput,
        response: z.object({ mailId: z.uuid() }),
        status: 202,
        errors: ['NOT_FOUND'],
        deprecated,
      },
      (ctx, { params, body }) => testAutomatedEmail(ctx, params.id, body),
    ),
  })
