import { z } from 'zod'
import type { personalAccessTokens } from '#db/schema/operators.ts'
import { takenAs } from '#lib/core/input/member-names.ts'
import { SCOPES } from '#lib/core/permissions.ts'

/** A token's description, without the token itself (contract §4.7). */
export const PersonalAccessTokenDto = z.object({
  id: z.uuid(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  name: z.string(),
  scopes: z.array(z.string()),
  expiresAt: z.iso.datetime().nullable(),
  revoked: z.boolean(),
  lastUsedAt: z.iso.datetime().nullable(),
  /** First and last characters. */
  prefix: z.string(),
  lastFour: z.string(),
})
export type PersonalAccessTokenDto = z.infer<typeof PersonalAccessTokenDto>

/** The answer of the creating call, the only one that holds the token. */
export const NewPersonalAccessTokenDto = PersonalAccessTokenDto.extend({ accessToken: z.string() })
export type NewPersonalAccessTokenDto = z.infer<typeof NewPersonalAccessTokenDto>

/** A scope in a body. Older clients of the contract know templates as policies; one list of its scopes was misprinted. */
export const ScopeName = takenAs(z.enum(SCOPES, { error: 'there is no such scope' }), {
  'licensePolicy:read': 'licenseTemplate:read',
  'licensePolicy:write': 'licenseTemplate:write',
  'licenseTemaplate:write': 'licenseTemplate:write',
})

/** A row as it leaves. */
export function toPersonalAccessTokenDto(
  row: typeof personalAccessTokens.$inferSelect,
): PersonalAccessTokenDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    scopes: row.scopes,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revoked: row.revokedAt !== null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    prefix: row.prefix,
    lastFour: row.lastFour,
  }
}
