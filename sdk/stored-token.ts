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

/** Removes the stored token, unless another process has put a new one in its place meanwhile. */
export async function dropToken(ctx: LatchkeyContext, token: string): Promise<void> {
  if ((await ctx.store.read('license.jwt'))?.trim() === token) await ctx.store.remove('license.jwt')
}
