import type { Executor } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import { eventLogHeads } from '#db/schema/audit.ts'
import { roles } from '#db/schema/operators.ts'
import { userGroups } from '#db/schema/users.ts'
import { GENESIS } from '#lib/core/crypto/hash-chain.ts'
import { AppError, fieldError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { composed } from '#lib/core/input/fields.ts'
import { isBlank } from '#lib/core/normalize.ts'
import { RESERVED_ROLES } from '#lib/core/reserved-roles.ts'
import { storeAccountKey } from '../signing/account-key.ts'

export interface NewAccount {
  name: string
  /** How people and clients name the account: `acme`. Unique in the installation, never changes. */
  alias: string
  /** Host name that the portal serves it under. */
  domain?: string
  at: Date
}

/** An alias appears in URLs and headers: lower case, digits, inner hyphens. */
const ALIAS = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Makes an account with everything that every account has: an empty audit chain, the reserved operator roles, the default
 * group of users, a key that signs its files and answers.
 * @throws ALREADY_EXISTS when alias or domain is taken, INVALID_INPUT for an alias that cannot stand in a URL
 */
export async function createAccount(db: Executor, input: NewAccount): Promise<{ id: string }> {
  if (!ALIAS.test(input.alias)) {
    throw fieldError('alias', 'use 1 to 63 lower-case letters, digits and inner hyphens')
  }
  const name = composed(input.name).trim()
  if (isBlank(name)) throw fieldError('name', 'must not be empty')
  const id = newId()
  const times = { createdAt: input.at, updatedAt: input.at }
  return db.transaction(async (tx) => {
    const created = await tx
      .insert(accounts)
      .values({
        id,
        name,
        alias: input.alias,
        domain: input.domain?.toLowerCase() ?? null,
        ...times,
      })
      .onConflictDoNothing()
      .returning({ id: accounts.id })
    if (created.length === 0)
      throw new AppError('ALREADY_EXISTS', 'There is already an account with that alias or domain.')
    await tx.insert(eventLogHeads).values({ accountId: id, seq: 0, hash: GENESIS })
    await tx.insert(roles).values(
      Object.entries(RESERVED_ROLES).map(([name, role]) => ({
        accountId: id,
        id: newId(),
        name,
        description: role.description,
        claims: [...role.claims],
        reserved: true,
        ...times,
      })),
    )
    await tx
      .insert(userGroups)
      .values({ accountId: id, id: newId(), name: 'Everyone', isDefault: true, canBuy: true, ...times })
    await storeAccountKey(tx, { accountId: id, at: input.at })
    return { id }
  })
}
