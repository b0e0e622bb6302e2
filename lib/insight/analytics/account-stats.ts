import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import { fromReplica } from '#db/from-replica.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { operators } from '#db/schema/operators.ts'
import { products } from '#db/schema/products.ts'
import { releases } from '#db/schema/releases.ts'
import { trialActivations } from '#db/schema/trials.ts'
import { users } from '#db/schema/users.ts'
import { automatedEmails } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { holdsSeat } from '#lib/licensing/activations/holds-seat.ts'

/** How much of everything the account has (contract §4.7). */
export const AccountStatsDto = z
  .object({
    products: z.int(),
    licenses: z.int(),
    activations: z.int().meta({ description: 'Devices that hold a license now.' }),
    trialActivations: z.int(),
    releases: z.int(),
    users: z.int(),
    admins: z.int(),
    automatedEmails: z.int(),
    emailTemplates: z.int().meta({ description: 'Old name of automatedEmails.', deprecated: true }),
  })
  .meta({ id: 'AccountStats' })
export type AccountStatsDto = z.output<typeof AccountStatsDto>

/** Counts everything in one statement. */
export function getAccountStats(ctx: Authorized<'analytics:read'>): Promise<AccountStatsDto> {
  const count = (table: PgTable & { accountId: AnyPgColumn }, more?: SQL) =>
    sql<number>`(select count(*)::int from ${table} where ${and(eq(table.accountId, ctx.accountId), more)})`
  return fromReplica(ctx.db, async (db) => {
    const counts = {
      products: count(products),
      licenses: count(licenses),
      activations: count(activations, holdsSeat(ctx.clock.now())),
      trialActivations: count(trialActivations),
      releases: count(releases),
      users: count(users),
      admins: count(operators),
      automatedEmails: count(automatedEmails),
    }
    const parts = Object.entries(counts).map(([name, value]) => sql`${value} as ${sql.identifier(name)}`)
    const [row] = await db.execute<Omit<AccountStatsDto, 'emailTemplates'>>(
      sql`select ${sql.join(parts, sql`, `)}`,
    )
    if (!row) throw new Error('a count answered nothing')
    return { ...row, emailTemplates: row.automatedEmails }
  })
}
