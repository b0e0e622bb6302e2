import type { Authorized } from '../auth/authorize.ts'
import { OWNER_CLAIMS } from '../auth/permissions.ts'

/** Every permission that a role can hold. */
export async function listClaims(_ctx: Authorized<'role:read'>): Promise<string[]> {
  return [...OWNER_CLAIMS]
}
