import { z } from 'zod'
import type { roles } from '#db/schema/operators.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { claimsOf } from '#lib/core/reserved-roles.ts'

/** A role of operators and its claims. */
export const RoleDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    description: z.string(),
    claims: z.array(z.string()),
    reserved: z.boolean().meta({ description: 'Every account has it, and nobody changes it.' }),
  })
  .meta({ id: 'Role' })
export type RoleDto = z.output<typeof RoleDto>

export function toRoleDto(role: typeof roles.$inferSelect): RoleDto {
  return {
    id: role.id,
    createdAt: role.createdAt.toISOString(),
    updatedAt: role.updatedAt.toISOString(),
    name: role.name,
    description: role.description,
    claims: claimsOf(role),
    reserved: role.reserved,
  }
}
