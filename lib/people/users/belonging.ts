import { fieldError } from '#lib/core/errors.ts'
import type { UserRole } from './user-role.ts'

/** A user's organization, reseller and role in it, as the row holds them. */
export interface Belonging {
  organizationId: string | null
  isOrganizationAdmin: boolean
  resellerId: string | null
  isResellerAdmin: boolean
}

/** A new user, who belongs nowhere. */
export const NOWHERE: Belonging = {
  organizationId: null,
  isOrganizationAdmin: false,
  resellerId: null,
  isResellerAdmin: false,
}

/** A request's changes to it. What the request leaves out stays. */
export interface BelongingChange {
  role?: UserRole | undefined
  organizationId?: string | null | undefined
  resellerId?: string | null | undefined
}

/**
 * The user's belonging after the change. Moving a user ends an administrator's role: the role belongs to the organization or
 * reseller in which it was given. A user administers at most one of both.
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
