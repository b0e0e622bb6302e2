import { randomBytes } from 'node:crypto'
import { db } from '#db/client.ts'
import { createAccount } from '#lib/vendor/accounts/create-account.ts'

/** A fresh account with everything that every account has. */
export function makeAccount(
  input: { name?: string; alias?: string; domain?: string; at?: Date } = {},
): Promise<{ id: string }> {
  return createAccount(db(), {
    name: input.name ?? 'Acme Software',
    alias: input.alias ?? `acme-${randomBytes(4).toString('hex')}`,
    ...(input.domain && { domain: input.domain }),
    at: input.at ?? new Date(),
  })
}
