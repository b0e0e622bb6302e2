import { db } from '#db/client.ts'
import { type Authorized, authorize } from './authorize.ts'
import { clock } from './clock.ts'
import type { Ctx } from './context.ts'
import { newId } from './ids.ts'

/** The context of work that no person asked for: a job, a timer, the start. Audited as `system:<job>`. */
export function systemContext(accountId: string, job: string): Authorized<'system:work'> {
  const ctx: Ctx = {
    actor: { kind: 'system', job },
    accountId,
    db: db(),
    clock,
    requestId: newId(),
    ip: null,
  }
  return authorize(ctx, 'system:work')
}

/** The context of the command line. Doors still authorize each verb they call. */
export function consoleContext(accountId: string): Ctx {
  return { actor: { kind: 'console' }, accountId, db: db(), clock, requestId: newId(), ip: null }
}
