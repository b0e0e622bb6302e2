import { csvForm } from '#lib/core/input/csv.ts'
import type { UserDto } from './user-dto.ts'

/** The columns of an export of users. */
export const userCsv = csvForm<UserDto>('users', {
  id: (user) => user.id,
  email: (user) => user.email,
  firstName: (user) => user.firstName,
  lastName: (user) => user.lastName,
  company: (user) => user.company,
  role: (user) => user.role,
  organizationId: (user) => user.organizationId,
  organization: (user) => user.organization?.name,
  resellerId: (user) => user.resellerId,
  reseller: (user) => user.reseller?.name,
  twoFactorEnabled: (user) => user.twoFactorEnabled,
  allowCustomerPortalAccess: (user) => user.allowCustomerPortalAccess,
  banned: (user) => user.banned,
  createdAt: (user) => user.createdAt,
  updatedAt: (user) => user.updatedAt,
  lastLoginAt: (user) => user.lastLoginAt,
  lastSeenAt: (user) => user.lastSeenAt,
  tags: (user) => user.tags,
  metadata: (user) => JSON.stringify(Object.fromEntries(user.metadata.map(({ key, value }) => [key, value]))),
})
