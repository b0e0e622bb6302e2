import { z } from 'zod'
import {
  AutomatedEmailLogDto,
  listAutomatedEmailLogs,
} from '#lib/automated-emails/list-automated-email-logs.ts'
import { automatedEmailLogListFields } from '#lib/automated-emails/list-fields.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List which automated email was owed for which event, and what became of it',
      permission: 'automatedEmail:read',
      query: listQuery(automatedEmailLogListFields, { searched: false }),
      response: z.array(AutomatedEmailLogDto),
      status: 200,
    },
    (ctx, { query }) => listAutomatedEmailLogs(ctx, query),
  ),
})
