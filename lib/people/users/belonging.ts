import { fieldError } from '#lib/core/errors.ts'
import type { UserRole } from './user-role.ts'

/** Where a user belongs, as its row says it. */
export interface Belonging {
  organizationId: string | null
  isOrganizationAdmin: boolean
  resellerId: string | null
  isResellerAdmin: boolean
}

/** Belongs nowhere yet. */
export const NOWHERE: Belonging = {
  organizationId: null,
  isOrganizationAdmin: false,
  resellerId: null,
  isResellerAdmin: false,
}

/** What a request says of it; what it leaves out stays. */
export interface BelongingChange {
  role?: UserRole | undefined
  organizationId?: string | null | undefined
  resellerId?: string | null | undefined
}

/**
 * Where the user belongs after the change. Nobody runs an organization or reseller by having been moved there: the role counts
 * for the one it was given in, and is at most one of both.
 * @throws INVALID_INPUT for an administrator of nothing
 */
export function changedBelonging(before: Belonging, change: BelongingChange): Belonging {
  const organizationId = change.organizationId === undefined ? before.organizationId : change.organizationId
  const resellerId = change.resellerId === undefined ? before.resellerId : change.resellerId
  const isOrganizationAdmin = change.role
    ? change.role === 'organization-admin'
    : before.isOrganizationAdmin && organizationId === before.organizationId
  const isResellerAdmin = change.role
    ? change.role === 'reseller-admin'
    : before.isResellerAdmin && resellerId === before.resellerId
  if (isOrganizationAdmin && !organizationId) {
    throw fieldError('organizationId', 'an organization-admin needs an organization')
  }
  if (isResellerAdmin && !resellerId) throw fieldError('resellerId', 'a reseller-admin needs a reseller')
  return { organizationId, isOrganizationAdmin, resellerId, isResellerAdmin }
}
