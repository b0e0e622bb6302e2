import { z } from 'zod'
import { NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { normalize } from '#lib/core/normalize.ts'
import { isOperatorClaim, OWNER_CLAIMS } from '#lib/core/permissions.ts'

/** Reserved names. No other role may have a name that looks like one of them. */
const TAKEN: ReadonlySet<string> = new Set([
  'super-admin',
  'admin',
  'owner',
  'organization-admin',
  'reseller-admin',
  'user',
])

const roleName = text(NAME_LENGTH, 1)
  .transform((name) => normalize(name, 'NFKC').trim())
  .refine((name) => name !== '', 'must not be empty')
  .refine((name) => !/[\p{Cf}\p{Cc}]/u.test(name), 'must not hold invisible characters')
  .refine((name) => !TAKEN.has(name.toLowerCase()), 'is the name of a reserved role')

/** A known permission, spelled exactly. Patterns and other spellings are refused. */
const claim = z.string('a permission is expected').refine(isOperatorClaim, 'is not a permission')

const claims = z
  .array(claim)
  .max(OWNER_CLAIMS.length, 'at most one of each')
  .transform((names) => [...new Set(names)])

const description = z.preprocess((value) => (value === null ? '' : value), text(1000).optional())

/** Body of `POST /v3/roles`. */
export const CreateRoleInput = z.object({ name: roleName, description, claims })
export type CreateRoleInput = z.output<typeof CreateRoleInput>

/** Body of `PATCH /v3/roles/{id}`: any subset. */
export const UpdateRoleInput = z.object({
  name: optionalField(roleName),
  description,
  claims: z.preprocess((value) => (value === null ? undefined : value), claims.optional()),
})
export type UpdateRoleInput = z.output<typeof UpdateRoleInput>
