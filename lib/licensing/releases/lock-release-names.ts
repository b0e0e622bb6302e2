import { sql } from 'drizzle-orm'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'
import { newId } from '#lib/core/ids.ts'
import { NAME_KINDS, type NameKind } from './name-kinds.ts'

/**
 * Makes the channels or platforms that are new, and keeps all of them from being deleted or renamed until the transaction
 * ends. Clients of the API only ever send names: nobody should have to make one first.
 */
export async function lockReleaseNames(ctx: Ctx, kind: NameKind, names: readonly string[]): Promise<void> {
  const { table, resource } = NAME_KINDS[kind]
  const now = ctx.clock.now()
  // In one order everywhere, so that two releases never wait for each other.
  for (const name of [...names].sort()) {
    const id = newId()
    const [held] = await ctx.db
      .insert(table)
      .values({ accountId: ctx.accountId, id, name, displayName: '', createdAt: now, updatedAt: now })
      .onConflictDoUpdate({ target: [table.accountId, table.name], set: { name: sql`excluded.name` } })
      .returning({ id: table.id })
    if (held?.id === id) {
      recordEvent(ctx, { event: `${resource}.created`, resource, resourceId: id, changes: { name } })
    }
  }
}
