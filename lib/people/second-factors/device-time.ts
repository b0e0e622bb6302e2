import { clockOffset } from '#lib/core/clock.ts'
import type { Ctx } from '#lib/core/context.ts'

/** Real time, which authenticators follow: their codes count also where this installation's clock was moved to try things. */
export function deviceTime(ctx: Ctx): Date {
  return new Date(ctx.clock.now().getTime() - clockOffset())
}
