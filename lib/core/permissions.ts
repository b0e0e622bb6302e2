/** Scopes of the Web API, names as its clients know them (contract §1.5), plus those its later parts use. */
export const SCOPES = [
  'account:read',
  'account:write',
  'activation:read',
  'activation:write',
  'analytics:read',
  'eventLog:read',
  'license:read',
  'license:write',
  'licenseTemplate:read',
  'licenseTemplate:write',
  'personalAccessToken:write',
  'product:read',
  'product:write',
  'role:read',
  'role:write',
  'tag:read',
  'tag:write',
  'user:read',
  'user:write',
  'webhook:read',
  'webhook:write',
  'release:read',
  'release:write',
  'feature:read',
  'feature:write',
  'entitlementSet:read',
  'entitlementSet:write',
  'maintenancePolicy:read',
  'maintenancePolicy:write',
  'trialPolicy:read',
  'trialPolicy:write',
  'trialActivation:read',
  'trialActivation:write',
  'organization:read',
  'organization:write',
  'reseller:read',
  'reseller:write',
  'automatedEmail:read',
  'automatedEmail:write',
  'auth:login',
] as const

/** What only operators may do; never a scope of a token. */
export const OPERATOR_PERMISSIONS = [
  'user:ban',
  'order:read',
  'order:write',
  'mail:read',
  'operator:read',
  'operator:write',
] as const

/** What every customer may do with their own things, and nobody else. */
export const CUSTOMER_PERMISSIONS = ['me:read', 'me:write', 'me:buy'] as const

/** Work that no person asked for: jobs, timers, the payment path. */
export const SYSTEM_PERMISSIONS = ['system:work'] as const

export type Scope = (typeof SCOPES)[number]
export type Permission =
  | Scope
  | (typeof OPERATOR_PERMISSIONS)[number]
  | (typeof CUSTOMER_PERMISSIONS)[number]
  | (typeof SYSTEM_PERMISSIONS)[number]
  | 'public'

/** What an owner (`super-admin`) and an administrator may do. Customers' own permissions are never among them. */
export const OWNER_CLAIMS: readonly Permission[] = [...SCOPES, ...OPERATOR_PERMISSIONS]
export const ADMIN_CLAIMS: readonly Permission[] = OWNER_CLAIMS.filter((claim) => claim !== 'operator:write')

/** Narrows stored text to a scope; unknown names give nothing. */
export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text)
}

/** Narrows a stored role claim to a permission that an operator may hold. */
export function isOperatorClaim(text: string): text is Permission {
  return (OWNER_CLAIMS as readonly string[]).includes(text)
}
