import type { LatchkeyContext } from './context.ts'
import { type TokenVerdict, verifyToken } from './verify-token.ts'

/** The stored token with its verdict, or null when none is stored. */
export async function readStoredToken(
  ctx: LatchkeyContext,
): Promise<{ token: string; verdict: TokenVerdict } | null> {
  const token = (await ctx.store.read('license.jwt'))?.trim() ?? null
  if (token === null) return null
  const { publicKeys, productId } = ctx
  return {
    token,
    verdict: verifyToken(token, { publicKeys, productId, fingerprint: await ctx.fingerprint() }),
  }
}

/** Whether `token` is still the stored one, or another process of the application has changed it meanwhile. */
export async function isStillStored(ctx: LatchkeyContext, token: string): Promise<boolean> {
  return (await ctx.store.read('license.jwt'))?.trim() === token
}
