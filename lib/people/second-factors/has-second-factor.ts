import { type SQLWrapper, sql } from 'drizzle-orm'
import { userTotpSecrets } from '#db/schema/second-factors.ts'

/** Whether the user of these two columns signs in with a second factor. */
export function hasSecondFactor(accountId: SQLWrapper, userId: SQLWrapper) {
  return sql<boolean>`exists (
    select 1 from ${userTotpSecrets}
    where ${userTotpSecrets.accountId} = ${accountId} and ${userTotpSecrets.userId} = ${userId}
      and ${userTotpSecrets.enabledAt} is not null)`
}
