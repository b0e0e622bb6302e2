import { and, eq, inArray } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { organizations } from '#db/schema/organizations.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import type { ActivationDto } from './activation-dto.ts'
import { factJoins } from './license-facts.ts'
import { selectActivations } from './select-activations.ts'

/** What a list of activations may embed (contract §2). */
export const ACTIVATION_INCLUDES = ['user', 'organization'] as const

/** The account's devices, with what `include` names of the licenses they are of. */
export async function listActivations(
  ctx: Authorized<'activation:read'>,
  input: ListInput,
): Promise<Page<ActivationDto>> {
  const { include = [] } = input
  const page = await selectActivations(ctx, input)
  if (include.length === 0 || page.items.length === 0) return page
  const parts = await findParts(ctx, [...new Set(page.items.map(({ licenseId }) => licenseId))])
  return page.map((activation) => {
    const { user = null, organization = null } = parts.get(activation.licenseId) ?? {}
    return {
      ...activation,
      ...(include.includes('user') && { user }),
      ...(include.includes('organization') && { organization }),
    }
  })
}

type Parts = Pick<ActivationDto, 'user' | 'organization'>

async function findParts(ctx: Ctx, licenseIds: string[]): Promise<Map<string, Parts>> {
  const rows = await ctx.db
    .select({
      licenseId: licenses.id,
      user: {
        id: users.id,
        firstName: users.firstName,
        lastName: users.lastName,
        company: users.company,
      },
      email: userIdentifiers.value,
      organization: { id: organizations.id, name: organizations.name, email: organizations.email },
    })
    .from(licenses)
    .leftJoin(users, factJoins.owner)
    .leftJoin(userIdentifiers, factJoins.ownerEmail)
    .leftJoin(organizations, factJoins.organization)
    .where(and(eq(licenses.accountId, ctx.accountId), inArray(licenses.id, licenseIds)))
  return new Map(
    rows.map(({ licenseId, user, email, organization }) => [
      licenseId,
      {
        user: user && { ...user, name: `${user.firstName} ${user.lastName}`.trim(), email },
        organization,
      },
    ]),
  )
}
