import { ADMIN_CLAIMS, isOperatorClaim, OWNER_CLAIMS, type Permission } from './permissions.ts'

/** The roles that every account has and nobody may edit. */
export const RESERVED_ROLES: Record<
  'super-admin' | 'admin',
  { description: string; claims: readonly Permission[] }
> = {
  'super-admin': { description: 'Owner: may do everything.', claims: OWNER_CLAIMS },
  admin: { description: 'Everything except managing operators.', claims: ADMIN_CLAIMS },
}

/**
 * What an operator with that role may do. Reserved roles are read from the code, not from their row, so that a permission
 * that a new version brings reaches owners without a migration.
 */
export function claimsOf(role: { name: string; reserved: boolean; claims: readonly string[] }): Permission[] {
  if (role.reserved && (role.name === 'super-admin' || role.name === 'admin')) {
    return [...RESERVED_ROLES[role.name].claims]
  }
  return role.claims.filter(isOperatorClaim)
}
