import { AppError } from '../errors.ts'

/**
 * Customers hold no stored role; operators are made in the dashboard (design §6).
 * @throws OPERATORS_ARE_NOT_USERS for any role but `user`
 */
export function refuseOperatorRole(input: {
  role?: string | null | undefined
  roles?: readonly string[] | null | undefined
}): void {
  const named = [input.role, ...(input.roles ?? [])].filter((role) => role != null && role !== '')
  if (named.some((role) => role !== 'user')) {
    throw new AppError(
      'OPERATORS_ARE_NOT_USERS',
      'role: only "user" can be given. Operators are invited in the dashboard.',
      { fields: { role: 'only "user" can be given' } },
    )
  }
}
