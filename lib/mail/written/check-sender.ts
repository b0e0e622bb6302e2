import { and, eq, isNotNull } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { sendingDomains } from '#db/schema/webhooks.ts'
import { canonicalEmail } from '#lib/core/canonical-email.ts'
import { env } from '#lib/core/env.ts'

/** Whether mails of the account may come from that address: of its own verified domains, or the installation's. */
export async function mayComeFrom(db: Executor, accountId: string, email: string): Promise<boolean> {
  if (email === '') return true
  const domain = domainOf(email)
  if (domain === domainOf(env().MAIL_FROM.address)) return true
  const [verified] = await db
    .select({ id: sendingDomains.id })
    .from(sendingDomains)
    .where(
      and(
        eq(sendingDomains.accountId, accountId),
        eq(sendingDomains.domain, domain),
        isNotNull(sendingDomains.verifiedAt),
      ),
    )
    .for('key share')
  return verified !== undefined
}

/** The domain of an address, in the one form that domains are kept in. */
export function domainOf(email: string): string {
  return canonicalEmail(email).split('@').at(-1) ?? ''
}
