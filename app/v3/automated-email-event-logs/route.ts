import { z } from 'zod'
import {
  AutomatedEmailLogDto,
  automatedEmailLogListFields,
  listAutomatedEmailLogs,
} from '#lib/announce/automated-emails/list-automated-email-logs.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
