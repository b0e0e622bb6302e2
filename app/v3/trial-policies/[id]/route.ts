import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteTrialPolicy } from '#lib/trials/delete-trial-policy.ts'
import { getTrialPolicy } from '#lib/trials/get-trial-policy.ts'
import { TrialPolicyDto } from '#lib/trials/policy-dto.ts'
import { UpdateTrialPolicyInput } from '#lib/trials/policy-input.ts'
import { updateTrialPolicy } from '#lib/trials/update-trial-policy.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a trial policy',
      permission: 'trialPolicy:read',
      params,
      response: TrialPolicyDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getTrialPolicy(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a trial policy',
      description: 'Trials that have begun keep their end.',
      permission: 'trialPolicy:write',
      params,
      body: UpdateTrialPolicyInput,
      response: TrialPolicyDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateTrialPolicy(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a trial policy that no product has',
      permission: 'trialPolicy:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'IN_USE'],
    },
    (ctx, { params }) => deleteTrialPolicy(ctx, params.id),
  ),
})
