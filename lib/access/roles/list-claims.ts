import type { Authorized } from '#lib/core/authorize.ts'
import { OWNER_CLAIMS } from '#lib/core/permissions.ts'

/** Every permission that a role can hold. */
export async function listClaims(_ctx: Authorized<'role:read'>): Promise<string[]> {
  return [...OWNER_CLAIMS]
}
