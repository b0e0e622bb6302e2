import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { releases } from '#db/schema/releases.ts'
import { permissionsOf } from '#lib/core/actor.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { visibleTo } from '../licenses/visible-to.ts'
import { type FoundLicense, findLicenseByKey, findLicensesForReleases } from './find-licenses.ts'
import { releaseRefusal } from './release-refusal.ts'

/**
 * Whether the caller may get the release. If a key is sent, its license decides; else any license that the signed-in customer
 * owns or shares; else a token that reads releases. An unknown key allows nothing.
 * @throws NOT_FOUND for a release that is not there or not published, AUTHENTICATION_REQUIRED without key and token
 */
export async function isReleaseAllowed(
  ctx: Authorized<'public'>,
  releaseId: string,
  key: string | undefined,
): Promise<boolean> {
  const mayRead = permissionsOf(ctx.actor).has('release:read')
  if (key === undefined && ctx.actor.kind === 'visitor') {
    throw new AppError('AUTHENTICATION_REQUIRED', 'A license key or an access token is needed.')
  }
  const [[release], asking] = await Promise.all([
    ctx.db
      .select({
        productId: releases.productId,
        publishedAt: releases.publishedAt,
        versionParts: releases.versionParts,
      })
      .from(releases)
      .where(and(eq(releases.accountId, ctx.accountId), eq(releases.id, releaseId))),
    findAskingLicenses(ctx, key),
  ])
  if (!release || (!release.publishedAt && !mayRead)) throw notFound('release')
  if (key === undefined && mayRead) return true
  return asking.some((license) => releaseRefusal(license, release) === null)
}

async function findAskingLicenses(
  ctx: Authorized<'public'>,
  key: string | undefined,
): Promise<FoundLicense[]> {
  const now = ctx.clock.now()
  if (key !== undefined) {
    const license = await findLicenseByKey(ctx.db, ctx.accountId, key, now)
    return license ? [license] : []
  }
  if (ctx.actor.kind !== 'customer') return []
  const mine = and(eq(licenses.accountId, ctx.accountId), visibleTo(ctx.accountId, ctx.actor.userId))
  return findLicensesForReleases(ctx.db, ctx.accountId, mine, now)
}
