import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { deleteTrialPolicy } from '#lib/licensing/trials/delete-trial-policy.ts'
import { getTrialPolicy } from '#lib/licensing/trials/get-trial-policy.ts'
import { TrialPolicyDto } from '#lib/licensing/trials/policy-dto.ts'
import { UpdateTrialPolicyInput } from '#lib/licensing/trials/policy-input.ts'
import { updateTrialPolicy } from '#lib/licensing/trials/update-trial-policy.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
