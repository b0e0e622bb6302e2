import { clockOffset } from '../clock.ts'
import type { Ctx } from '../context.ts'

/** Real time, which authenticators follow: their codes count also where this installation's clock was moved to try things. */
export function deviceTime(ctx: Ctx): Date {
  return new Date(ctx.clock.now().getTime() - clockOffset())
}
