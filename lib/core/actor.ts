import {
  CUSTOMER_PERMISSIONS,
  OWNER_CLAIMS,
  type Permission,
  type Scope,
  SYSTEM_PERMISSIONS,
} from './permissions.ts'

/** The organization or reseller that a customer administers. The customer reaches no other one. */
export interface Administered {
  kind: 'organization' | 'reseller'
  id: string
}

/** Who is acting. Switch over `kind` exhaustively: a new kind must be thought about everywhere. */
export type Actor =
  | { kind: 'visitor' }
  | {
      kind: 'customer'
      userId: string
      tokenId: string
      authenticatedAt: Date
      /** Read from the user's row with each request. */
      administers?: Administered | undefined
    }
  | {
      kind: 'operator'
      operatorId: string
      sessionId: string
      claims: readonly Permission[]
      authenticatedAt: Date
    }
  | { kind: 'pat'; tokenId: string; name: string; scopes: readonly Scope[] }
  | { kind: 'system'; job: string }
  /** The command line on the server. Whoever may run it can read the database and the keys anyway. */
  | { kind: 'console' }

const customerPermissions: ReadonlySet<Permission> = new Set(CUSTOMER_PERMISSIONS)
/** Verbs behind these narrow a customer to what it administers: see `calling-customer.ts`. */
const administratorPermissions: Record<Administered['kind'], ReadonlySet<Permission>> = {
  organization: new Set([...CUSTOMER_PERMISSIONS, 'organization:read', 'organization:write']),
  reseller: new Set([...CUSTOMER_PERMISSIONS, 'reseller:read', 'reseller:write']),
}
const systemPermissions: ReadonlySet<Permission> = new Set(SYSTEM_PERMISSIONS)
const consolePermissions: ReadonlySet<Permission> = new Set([...OWNER_CLAIMS, ...SYSTEM_PERMISSIONS])
const none: ReadonlySet<Permission> = new Set()

/** Everything the actor holds. `public` is held by all and listed by none. */
export function permissionsOf(actor: Actor): ReadonlySet<Permission> {
  switch (actor.kind) {
    case 'visitor':
      return none
    case 'customer':
      return actor.administers ? administratorPermissions[actor.administers.kind] : customerPermissions
    case 'operator':
      return new Set(actor.claims)
    case 'pat':
      return new Set(actor.scopes)
    case 'system':
      return systemPermissions
    case 'console':
      return consolePermissions
  }
}

/** The actor as the audit trail names it: `operator:<id>`, `system:<job>`, `visitor`. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'visitor':
      return 'visitor'
    case 'customer':
      return `user:${actor.userId}`
    case 'operator':
      return `operator:${actor.operatorId}`
    case 'pat':
      return `pat:${actor.tokenId}`
    case 'system':
      return `system:${actor.job}`
    case 'console':
      return 'console'
  }
}
