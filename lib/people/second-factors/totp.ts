import { generateSecret, generateURI, verifySync } from 'otplib'
import { clockOffset } from '#lib/core/clock.ts'
import type { Ctx } from '#lib/core/context.ts'
import { canonicalSecret } from '#lib/core/typed-secret.ts'

/** What authenticator applications expect: six digits, a new code every thirty seconds. */
const STEP_SECONDS = 30
const CODE = /^\d{6}$/

/** A fresh secret of 160 bits, in the base32 that applications read. */
export function newTotpSecret(): string {
  return generateSecret()
}

/** The `otpauth:` address that an application takes from a picture. */
export function totpUrl(input: { issuer: string; label: string; secret: string }): string {
  return generateURI(input)
}

/**
 * The time step whose code this is; undefined for a wrong one. Codes of the step before and after are taken, because clocks
 * differ. Blanks, dashes and wide digits that people type or paste do not matter.
 */
export function matchTotpStep(secret: string, typed: string, at: Date): number | undefined {
  const token = canonicalSecret(typed)
  if (!CODE.test(token)) return undefined
  const epoch = Math.floor(at.getTime() / 1000)
  const result = verifySync({ secret, token, epoch, epochTolerance: STEP_SECONDS })
  return result.valid && 'timeStep' in result ? result.timeStep : undefined
}

/** Real time, because authenticators follow it: their codes also work while the test clock is moved. */
export function deviceTime(ctx: Ctx): Date {
  return new Date(ctx.clock.now().getTime() - clockOffset())
}
