import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { and, eq, isNull } from 'drizzle-orm'
import { personalAccessTokens } from '#db/schema/operators.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { hashToken, newPersonalAccessToken, PAT_PREFIX } from '#lib/core/crypto/token.ts'
import { newId } from '#lib/core/ids.ts'
import type { Scope } from '#lib/core/permissions.ts'
import { findPersonalAccessToken } from './find-personal-access-token.ts'

/** The least that a payment needs to become a license. */
const PORTAL_SCOPES: Scope[] = ['license:read', 'license:write']
const PORTAL_NAME = 'portal'

/**
 * The token with which the payment path calls the Web API in embedded mode, kept in `DATA_DIR` (0600). Missing, altered or
 * revoked: a new one is made and the old one revoked.
 */
export async function ensurePortalToken(ctx: Authorized<'system:work'>, dataDir: string): Promise<string> {
  const file = fileIn(dataDir)
  const kept = await keptPortalToken(dataDir)
  const alive = kept && (await findPersonalAccessToken(kept, ctx.clock))
  if (
    alive &&
    alive.accountId === ctx.accountId &&
    PORTAL_SCOPES.every((scope) => alive.scopes.includes(scope))
  ) {
    return kept
  }
  const token = newPersonalAccessToken()
  // The file is written first. A crash in between leaves a token without a row, and the next start makes another.
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await writeFile(`${file}.new`, `${token}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
  await replacePortalToken(ctx, token)
  return token
}

/** The token that an earlier start wrote to `DATA_DIR`, unchecked; empty if there is none. */
export async function keptPortalToken(dataDir: string): Promise<string> {
  return readFile(fileIn(dataDir), 'utf8').then(
    (text) => text.trim(),
    () => '',
  )
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'licensing-access-token')
}

async function replacePortalToken(outer: Authorized<'system:work'>, token: string): Promise<void> {
  await inTransaction(outer, async (ctx) => {
    const now = ctx.clock.now()
    const revoked = await ctx.db
      .update(personalAccessTokens)
      .set({ revokedAt: now, updatedAt: now })
      .where(
        and(
          eq(personalAccessTokens.accountId, ctx.accountId),
          eq(personalAccessTokens.name, PORTAL_NAME),
          eq(personalAccessTokens.createdBy, 'system:start'),
          isNull(personalAccessTokens.revokedAt),
        ),
      )
      .returning({ id: personalAccessTokens.id })
    for (const row of revoked) {
      recordEvent(ctx, {
        event: 'personal-access-token.revoked',
        resource: 'personal-access-token',
        resourceId: row.id,
      })
    }
    const id = newId()
    await ctx.db.insert(personalAccessTokens).values({
      accountId: ctx.accountId,
      id,
      name: PORTAL_NAME,
      tokenHash: hashToken(token),
      prefix: PAT_PREFIX,
      lastFour: token.slice(-4),
      scopes: PORTAL_SCOPES,
      createdBy: 'system:start',
      createdAt: now,
      updatedAt: now,
    })
    recordEvent(ctx, {
      event: 'personal-access-token.created',
      resource: 'personal-access-token',
      resourceId: id,
      changes: { name: PORTAL_NAME, scopes: PORTAL_SCOPES },
    })
  })
}
