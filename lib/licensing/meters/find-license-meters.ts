import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'
import { type LicenseMeter, licenseMetersColumn } from './meter-columns.ts'

/** A license's counters, by name. */
export async function findLicenseMeters(ctx: Ctx, licenseId: string): Promise<LicenseMeter[]> {
  const [row] = await ctx.db
    .select({ meters: licenseMetersColumn })
    .from(licenses)
    .where(and(eq(licenses.accountId, ctx.accountId), eq(licenses.id, licenseId)))
  return row?.meters ?? []
}
