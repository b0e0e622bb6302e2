import { eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import type { PasswordRules } from './password-policy.ts'

/** The account's rules for a person's password: its least length, and the words to avoid. */
export async function passwordRules(
  db: Executor,
  accountId: string,
  person: readonly (string | null | undefined)[],
): Promise<PasswordRules> {
  const [account] = await db
    .select({ name: accounts.name, settings: accounts.settings })
    .from(accounts)
    .where(eq(accounts.id, accountId))
  const context = [...person, account?.name, 'latchkey', 'license'].filter((word) => word != null)
  return { context, minLength: account?.settings.passwordMinLength }
}
