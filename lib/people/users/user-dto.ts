import { z } from 'zod'
import type { users } from '#db/schema/users.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { MetadataDto, toMetadataDto } from '#lib/core/metadata/metadata.ts'
import { roleOf } from './user-role.ts'

/** A user as operators and machines see it (contract §4.1). */
export const UserDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    /** First and last name. */
    name: z.string(),
    firstName: z.string(),
    lastName: z.string(),
    email: z.string(),
    company: z.string().nullable(),
    twoFactorEnabled: z.boolean(),
    googleSsoEnabled: z.boolean(),
    allowCustomerPortalAccess: z.boolean(),
    /** Derived, never stored. */
    role: z.string(),
    roles: z.array(z.string()),
    lastLoginAt: isoDate().nullable(),
    lastSeenAt: isoDate().nullable(),
    organizationId: z.uuid().nullable(),
    organization: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    resellerId: z.uuid().nullable(),
    reseller: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    metadata: z.array(MetadataDto),
    tags: z.array(z.string()),
    banned: z.boolean(),
    bannedAt: isoDate().nullable(),
    banReason: z.string().nullable(),
  })
  .meta({ id: 'User' })
export type UserDto = z.infer<typeof UserDto>

/** A user as that user sees it: with the metadata that was shared with them. */
export const MeDto = UserDto.omit({ banned: true, bannedAt: true, banReason: true })
export type MeDto = z.infer<typeof MeDto>

/** A user as anybody sees it. Of a banned one only the ban is shown (SF-24). */
export const PublicUserDto = z.object({
  id: z.uuid(),
  banned: z.boolean(),
  /** First name and the last name's initial; absent for a banned user. */
  displayName: z.string().optional(),
})
export type PublicUserDto = z.infer<typeof PublicUserDto>

/** The row with its primary address and a few facts of other tables: see `find-user.ts`. */
export type UserWithEmail = typeof users.$inferSelect & {
  email: string | null
  /** When somebody proved to read mails to that address; null while nobody has. */
  emailProvedAt: Date | null
  twoFactorEnabled: boolean
  organizationName: string | null
  resellerName: string | null
}

export function toUserDto(user: UserWithEmail): UserDto {
  return {
    id: user.id,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
    name: `${user.firstName} ${user.lastName}`.trim(),
    firstName: user.firstName,
    lastName: user.lastName,
    email: user.email ?? '',
    company: user.company || null,
    twoFactorEnabled: user.twoFactorEnabled,
    googleSsoEnabled: false,
    allowCustomerPortalAccess: user.allowCustomerPortalAccess,
    role: roleOf(user),
    roles: [roleOf(user)],
    lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
    lastSeenAt: user.lastSeenAt?.toISOString() ?? null,
    organizationId: user.organizationId,
    organization: named(user.organizationId, user.organizationName),
    resellerId: user.resellerId,
    reseller: named(user.resellerId, user.resellerName),
    metadata: toMetadataDto(user.metadata),
    tags: user.tags,
    banned: user.bannedAt !== null,
    bannedAt: user.bannedAt?.toISOString() ?? null,
    banReason: user.banReason,
  }
}

function named(id: string | null, name: string | null) {
  return id === null ? null : { id, name: name ?? '' }
}

/** A user as the administrator of their organization or reseller sees it. */
export function toMemberDto(dto: UserDto, viewer: 'organization' | 'reseller'): UserDto {
  const metadata = dto.metadata.filter((entry) => entry.viewPermissions.includes(viewer))
  return { ...dto, metadata, tags: [], banReason: null }
}

export function toMeDto(user: UserWithEmail): MeDto {
  const { banned: _banned, bannedAt: _at, banReason: _reason, ...dto } = toUserDto(user)
  return { ...dto, metadata: dto.metadata.filter((entry) => entry.viewPermissions.includes('user')) }
}

export function toPublicUserDto(user: UserWithEmail): PublicUserDto {
  if (user.bannedAt) return { id: user.id, banned: true }
  const initial = [...user.lastName][0]
  return {
    id: user.id,
    banned: false,
    displayName: [user.firstName, initial && `${initial}.`].filter(Boolean).join(' '),
  }
}
