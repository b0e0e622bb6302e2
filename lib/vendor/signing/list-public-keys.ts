import { createPublicKey } from 'node:crypto'
import { and, desc, eq } from 'drizzle-orm'
import { exportJWK } from 'jose'
import { z } from 'zod'
import { signingKeys } from '#db/schema/products.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { accountSigningKey } from './account-key.ts'
import { isPublished } from './public-keys.ts'

const JWS_ALGORITHM = { RS256: 'RS256', Ed25519: 'EdDSA' } as const

export const JwksDto = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) })

/** Every key of the account that still counts, newest first: during a change both the old and the new one. */
export async function listPublicKeys(ctx: Authorized<'public'>): Promise<z.infer<typeof JwksDto>> {
  await accountSigningKey(ctx.db, ctx.accountId)
  const rows = await selectKeys(ctx)
  const keys = await Promise.all(
    rows.map(async ({ kid, algorithm, publicPem }) => {
      // Built from the public half alone, so that no private member can leave.
      const { kty = '', ...members } = await exportJWK(createPublicKey(publicPem))
      return { kty, kid, use: 'sig', alg: JWS_ALGORITHM[algorithm], ...members }
    }),
  )
  return { keys }
}

function selectKeys(ctx: Ctx) {
  return ctx.db
    .select({
      kid: signingKeys.id,
      algorithm: signingKeys.algorithm,
      publicPem: signingKeys.publicPem,
    })
    .from(signingKeys)
    .where(and(eq(signingKeys.accountId, ctx.accountId), isPublished(ctx.clock.now())))
    .orderBy(desc(signingKeys.createdAt), desc(signingKeys.id))
}
