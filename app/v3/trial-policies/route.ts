import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createTrialPolicy } from '#lib/trials/create-trial-policy.ts'
import { listTrialPolicies } from '#lib/trials/list-trial-policies.ts'
import { TrialPolicyDto } from '#lib/trials/policy-dto.ts'
import { CreateTrialPolicyInput } from '#lib/trials/policy-input.ts'
import { trialPolicyListFields } from '#lib/trials/policy-list-fields.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List trial policies',
      permission: 'trialPolicy:read',
      query: listQuery(trialPolicyListFields),
      response: z.array(TrialPolicyDto),
      status: 200,
    },
    (ctx, { query }) => listTrialPolicies(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a trial policy',
      permission: 'trialPolicy:write',
      body: CreateTrialPolicyInput,
      response: TrialPolicyDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createTrialPolicy(ctx, body),
  ),
})
