import { db } from '#db/client.ts'
import { clock } from '#lib/core/clock.ts'
import type { Ctx } from '#lib/core/context.ts'
import { newId } from '#lib/core/ids.ts'

/** The context of the command line. Doors still authorize each verb they call. */
export function consoleContext(accountId: string): Ctx {
  return { actor: { kind: 'console' }, accountId, db: db(), clock, requestId: newId(), ip: null }
}
