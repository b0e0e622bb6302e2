import { z } from 'zod'
import type { users } from '#db/schema/users.ts'
import { isoDate } from '../http/fields.ts'
import { MetadataDto, toMetadataDto } from '../metadata/metadata.ts'

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
    metadata: z.array(MetadataDto),
    tags: z.array(z.string()),
    banned: z.boolean(),
    bannedAt: isoDate().nullable(),
    banReason: z.string().nullable(),
  })
  .meta({ id: 'User' })
export type UserDto = z.infer<typeof UserDto>

/** A user as that user sees it: metadata only where it was shared with them. */
export const MeDto = UserDto.omit({ banned: true, bannedAt: true, banReason: true })
export type MeDto = z.infer<typeof MeDto>

/** A user as anybody sees it; a banned one shows nothing but that (SF-24). */
export const PublicUserDto = z.object({
  id: z.uuid(),
  banned: z.boolean(),
  /** First name and the last name's initial; absent for a banned user. */
  displayName: z.string().optional(),
})
export type PublicUserDto = z.infer<typeof PublicUserDto>

/** The row with its primary address: see `find-user.ts`. */
export type UserWithEmail = typeof users.$inferSelect & { email: string | null }

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
    twoFactorEnabled: false,
    googleSsoEnabled: false,
    allowCustomerPortalAccess: user.allowCustomerPortalAccess,
    role: 'user',
    roles: ['user'],
    lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
    lastSeenAt: user.lastSeenAt?.toISOString() ?? null,
    metadata: toMetadataDto(user.metadata),
    tags: user.tags,
    banned: user.bannedAt !== null,
    bannedAt: user.bannedAt?.toISOString() ?? null,
    banReason: user.banReason,
  }
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
