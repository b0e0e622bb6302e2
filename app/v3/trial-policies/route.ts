import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { createTrialPolicy } from '#lib/licensing/trials/create-trial-policy.ts'
import { listTrialPolicies, trialPolicyListFields } from '#lib/licensing/trials/list-trial-policies.ts'
import { TrialPolicyDto } from '#lib/licensing/trials/policy-dto.ts'
import { CreateTrialPolicyInput } from '#lib/licensing/trials/policy-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
