import { asc, sql } from 'drizzle-orm'
import type { Db, Executor } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import { createAccount } from './create-account.ts'

/** Any fixed number: two processes that start at once on an empty database make one account. */
const FIRST_ACCOUNT_LOCK = 726_354_892

/** The installation's own account; made on the very first start. */
export async function ensureFirstAccount(db: Db, at: Date): Promise<string> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${FIRST_ACCOUNT_LOCK})`)
    const known = await findFirstAccount(tx)
    if (known) return known
    const { id } = await createAccount(tx, { name: 'My company', alias: 'main', at })
    return id
  })
}

/** The installation's first account, if there is one yet. Stripe, SMTP and OIDC settings serve it. */
export async function findFirstAccount(db: Executor): Promise<string | undefined> {
  const [row] = await db
    .select({ id: accounts.id })
    .from(accounts)
    .orderBy(asc(accounts.createdAt), asc(accounts.id))
    .limit(1)
  return row?.id
}
