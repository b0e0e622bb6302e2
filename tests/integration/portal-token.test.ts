import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { personalAccessTokens } from '#db/schema/operators.ts'
import { ensurePortalToken } from '#lib/access/tokens/ensure-portal-token.ts'
import { findPersonalAccessToken } from '#lib/access/tokens/find-personal-access-token.ts'
import { authorize } from '#lib/core/authorize.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { contextFor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

let folder: string
setUpTestDatabase()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-token-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('CX-05 the portal token holds license:read and license:write alone, lies in a 0600 file, and lasts', async () => {
  const { id: accountId } = await makeAccount()
  const ctx = authorize(contextFor({ kind: 'system', job: 'start' }, { accountId }), 'system:work')
  const dataDir = join(folder, accountId)

  const token = await ensurePortalToken(ctx, dataDir)
  const found = await findPersonalAccessToken(token, ctx.clock)
  expect(found).toMatchObject({ accountId, scopes: ['license:read', 'license:write'] })
  const file = join(dataDir, 'licensing-access-token')
  expect((await readFile(file, 'utf8')).trim()).toBe(token)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await ensurePortalToken(ctx, dataDir)).toBe(token)
})

test('a lost portal token is replaced and the old one revoked', async () => {
  const { id: accountId } = await makeAccount()
  const ctx = authorize(contextFor({ kind: 'system', job: 'start' }, { accountId }), 'system:work')
  const dataDir = join(folder, accountId)
  const first = await ensurePortalToken(ctx, dataDir)
  await rm(join(dataDir, 'licensing-access-token'))

  const second = await ensurePortalToken(ctx, dataDir)
  expect(second).not.toBe(first)
  expect(await findPersonalAccessToken(first, ctx.clock)).toBeUndefined()
  const rows = await db()
    .select()
    .from(personalAccessTokens)
    .where(eq(personalAccessTokens.accountId, accountId))
  expect(rows.filter((row) => row.revokedAt === null)).toHaveLength(1)
})
