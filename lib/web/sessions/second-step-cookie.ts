import { cookies } from 'next/headers'
import { z } from 'zod'
import { PasswordProof } from '#lib/people/sign-in/check-password.ts'
import { sealedCookie } from './cookie.ts'
import { cookieLine } from './request-cookie.ts'

/** How long somebody may look for their telephone, seconds. */
const TTL_SECONDS = 600

/**
 * Carries the proof of a right password until the code comes. It signs nobody in: the second step needs the code, and the
 * database decides whether password and user are still valid.
 */
const cookie = sealedCookie({
  name: 'latchkey.second-step',
  purpose: 'flow-cookie',
  ttlSeconds: TTL_SECONDS,
})

const SecondStep = z.object({ accountId: z.uuid(), proof: PasswordProof })
type SecondStep = z.output<typeof SecondStep>

/** Remembers the first step in this browser. */
export async function rememberFirstStep(step: SecondStep): Promise<void> {
  await cookie.write(await cookies(), JSON.stringify(step))
}

/** The first step that this browser passed in the last ten minutes, for that account. */
export async function firstStep(accountId: string): Promise<PasswordProof | undefined> {
  const value = await cookie.read(await cookieLine())
  if (!value) return undefined
  const step = SecondStep.safeParse(JSON.parse(value))
  return step.success && step.data.accountId === accountId ? step.data.proof : undefined
}

/** Forgets it: it was used, or somebody else signs in. */
export async function forgetFirstStep(): Promise<void> {
  await cookie.clear(await cookies())
}
