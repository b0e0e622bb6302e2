import type { TokenClaims } from './claims.ts'
import type { LatchkeyContext } from './context.ts'
import { type Entitlement, readEntitlements } from './entitlements.ts'
import { type TokenVerdict, verifyToken } from './verify-token.ts'

/** What the store holds of the license, with its verdict. */
export type StoredToken = {
  /** The whole entry: the activation token and, under it, the one with the entitlements. */
  text: string
  verdict: TokenVerdict
  /** Of a token that counts here; none where they cannot be trusted. */
  entitlements: Entitlement[]
}

/** The stored token, or null when none is stored. */
export async function readStoredToken(ctx: LatchkeyContext): Promise<StoredToken | null> {
  const text = (await ctx.store.read('license.jwt'))?.trim() ?? null
  if (text === null) return null
  const { token, second } = splitEntry(text)
  const { publicKeys, productId } = ctx
  const verdict = verifyToken(token, { publicKeys, productId, fingerprint: await ctx.fingerprint() })
  return { text, verdict, entitlements: verdict.ok ? entitlementsOf(ctx, verdict.claims, second) : [] }
}

function entitlementsOf(ctx: LatchkeyContext, claims: TokenClaims, second: string | null): Entitlement[] {
  return readEntitlements(claims, second, ctx.publicKeys) ?? []
}

/** Keeps both tokens of an answer, as one entry: half of it would allow what the other half has taken away. */
export async function storeToken(ctx: LatchkeyContext, token: string, second: string | null): Promise<void> {
  await ctx.store.write('license.jwt', second === null ? token : `${token}\n${second}`)
}

/** The activation token of an entry, and the one under it. */
export function splitEntry(text: string): { token: string; second: string | null } {
  const [token = '', second = null] = text.trim().split(/\s+/)
  return { token, second }
}

/** Whether `text` is still the stored entry, or another process of the application has changed it meanwhile. */
export async function isStillStored(ctx: LatchkeyContext, text: string): Promise<boolean> {
  return (await ctx.store.read('license.jwt'))?.trim() === text
}
