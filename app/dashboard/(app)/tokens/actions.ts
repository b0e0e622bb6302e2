'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { createPersonalAccessToken } from '#lib/access/tokens/create-personal-access-token.ts'
import { revokePersonalAccessToken } from '#lib/access/tokens/revoke-personal-access-token.ts'
import { fieldError } from '#lib/core/errors.ts'
import { id, NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { readsFields } from '#lib/core/input/secret.ts'
import { SCOPES } from '#lib/core/permissions.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

const DAY_MS = 24 * 3_600_000

/** Each scope is a checkbox of its own name, so that what was ticked stays ticked after a refusal. */
const NewToken = readsFields(
  SCOPES.map(boxOf),
  z
    .object({
      name: text(NAME_LENGTH, 1),
      expires: z.enum(['30', '90', '365', 'never'], 'choose when it expires'),
    })
    .catchall(z.string())
    .transform(({ name, expires, ...boxes }) => ({
      name,
      expires,
      scopes: SCOPES.filter((scope) => boxes[boxOf(scope)] === 'on'),
    })),
)

function boxOf(scope: string): string {
  return `scope-${scope}`
}

export const createTokenAction = defineAction(
  { area: 'operator', permission: 'personalAccessToken:write', schema: NewToken },
  async (ctx, { name, expires, scopes }) => {
    if (scopes.length === 0) throw fieldError('scopes', 'Choose at least one scope.')
    const { accessToken } = await createPersonalAccessToken(ctx, {
      name,
      scopes,
      expiresAt: expires === 'never' ? null : new Date(ctx.clock.now().getTime() + Number(expires) * DAY_MS),
    })
    return { message: `The token “${name}” is ready.`, data: { accessToken } }
  },
)

export const revokeTokenAction = defineAction(
  { area: 'operator', permission: 'personalAccessToken:write', schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await revokePersonalAccessToken(ctx, input.id)
    redirect('/dashboard/tokens?done=revoked')
  },
)
