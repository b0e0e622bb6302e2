import { db } from '#db/client.ts'
import type { Actor } from '#lib/core/actor.ts'
import type { Clock } from '#lib/core/clock.ts'
import type { Ctx } from '#lib/core/context.ts'
import { newId } from '#lib/core/ids.ts'
import { OWNER_CLAIMS, type Permission, type Scope } from '#lib/core/permissions.ts'

/** A clock that stands still until it is told otherwise. */
export interface TestClock extends Clock {
  set(at: Date | string): void
  /** Goes forward (or back, when negative). */
  advance(by: {
    milliseconds?: number
    seconds?: number
    minutes?: number
    hours?: number
    days?: number
  }): void
}

/** A clock at the given instant, else at the present whole second. */
export function testClock(start?: Date | string): TestClock {
  let at = start ? new Date(start) : new Date(Math.floor(Date.now() / 1000) * 1000)
  return {
    now: () => new Date(at),
    set: (next) => {
      at = new Date(next)
    },
    advance: ({ milliseconds = 0, seconds = 0, minutes = 0, hours = 0, days = 0 }) => {
      const total = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds
      at = new Date(at.getTime() + total)
    },
  }
}

export interface TestContext extends Ctx {
  clock: TestClock
}

/** A context for the actor, with its own settable clock unless one is shared. */
export function contextFor(
  actor: Actor,
  options: { accountId: string; clock?: TestClock; ip?: string | null },
): TestContext {
  return {
    actor,
    accountId: options.accountId,
    db: db(),
    clock: options.clock ?? testClock(),
    requestId: newId(),
    ip: options.ip === undefined ? '198.51.100.7' : options.ip,
  }
}

/** An operator with these claims (an owner's, if none are named). No row stands behind it. */
export function operatorActor(claims: readonly Permission[] = OWNER_CLAIMS): Actor & { kind: 'operator' } {
  return { kind: 'operator', operatorId: newId(), sessionId: newId(), claims, authenticatedAt: new Date() }
}

/** A machine with these scopes. No row stands behind it. */
export function patActor(...scopes: Scope[]): Actor & { kind: 'pat' } {
  return { kind: 'pat', tokenId: newId(), name: 'test', scopes }
}

/** That user, signed in. */
export function customerActor(userId: string): Actor & { kind: 'customer' } {
  return { kind: 'customer', userId, tokenId: newId(), authenticatedAt: new Date() }
}

/** A job at work. */
export function systemActor(job = 'test'): Actor & { kind: 'system' } {
  return { kind: 'system', job }
}

/** The command line. */
export const consoleActor: Actor & { kind: 'console' } = { kind: 'console' }

export const visitorActor: Actor & { kind: 'visitor' } = { kind: 'visitor' }
