import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { userIdentifiers } from '#db/schema/users.ts'
import type { EmailAddress } from '#lib/core/canonical-email.ts'
import { findUser } from './find-user.ts'
import type { UserWithEmail } from './user-dto.ts'

/** The account's user with that address, in whatever spelling. */
export async function findUserByEmail(
  db: Executor,
  accountId: string,
  email: EmailAddress,
): Promise<UserWithEmail | undefined> {
  const [identifier] = await db
    .select({ userId: userIdentifiers.userId })
    .from(userIdentifiers)
    .where(
      and(
        eq(userIdentifiers.accountId, accountId),
        eq(userIdentifiers.kind, 'email'),
        eq(userIdentifiers.canonical, email.canonical),
      ),
    )
  return identifier && findUser(db, accountId, identifier.userId)
}
