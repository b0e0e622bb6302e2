import { users } from '#db/schema/users.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { EmailAddress } from '#lib/core/canonical-email.ts'
import type { Ctx } from '#lib/core/context.ts'
import { type MetadataInput, storeMetadata } from '#lib/core/metadata/metadata.ts'
import { type Belonging, NOWHERE } from './belonging.ts'
import { claimEmail } from './claim-email.ts'
import { settleBelonging } from './settle-belonging.ts'

export interface NewUser {
  id: string
  email: EmailAddress
  /** Null: the user cannot sign in until a password is set. */
  passwordHash: string | null
  firstName?: string
  lastName?: string
  company?: string
  allowCustomerPortalAccess?: boolean
  metadata?: MetadataInput
  tags?: string[]
  belonging?: Belonging
}

/**
 * Writes a user, its address and the audit row, in the transaction that is open.
 * @throws EMAIL_TAKEN, INVALID_INPUT for an unknown organization or reseller, USERS_LIMIT_REACHED
 */
export async function insertUser(ctx: Ctx, user: NewUser): Promise<void> {
  const now = ctx.clock.now()
  const belonging = user.belonging ?? NOWHERE
  await settleBelonging(ctx, user.id, NOWHERE, belonging)
  await ctx.db.insert(users).values({
    accountId: ctx.accountId,
    id: user.id,
    firstName: user.firstName ?? '',
    lastName: user.lastName ?? '',
    company: user.company ?? '',
    passwordHash: user.passwordHash,
    passwordChangedAt: user.passwordHash ? now : null,
    allowCustomerPortalAccess: user.allowCustomerPortalAccess ?? true,
    metadata: storeMetadata(user.metadata ?? [], [], now),
    tags: user.tags ?? [],
    ...belonging,
    createdAt: now,
    updatedAt: now,
  })
  await claimEmail(ctx, user.id, user.email)
  recordEvent(ctx, {
    event: 'user.created',
    resource: 'user',
    resourceId: user.id,
    userId: user.id,
    changes: { ...belonging },
    personal: { email: user.email.value, firstName: user.firstName ?? '', lastName: user.lastName ?? '' },
  })
}
