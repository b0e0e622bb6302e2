import { and, desc, eq, isNotNull, sql } from 'drizzle-orm'
import { products } from '#db/schema/products.ts'
import { releases } from '#db/schema/releases.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import type { ReleaseCheck } from './check-input.ts'
import { findLicenseByKey } from './find-licenses.ts'
import { loadRelease } from './load-releases.ts'
import { type ReleaseDto, toReleaseDto, withoutSecuredUrls } from './release-dto.ts'
import { releaseRefusal } from './release-refusal.ts'

/** Releases read per batch. Nearly always the first one is allowed. */
const CHUNK = 50

/**
 * The latest release that an application may get: public ones go to everybody, private ones and the addresses of secured files
 * only with a license that allows them. Null when there is none.
 * @throws INVALID_PRODUCT_ID
 */
export async function latestRelease(
  ctx: Authorized<'public'>,
  check: ReleaseCheck,
): Promise<ReleaseDto | null> {
  const now = ctx.clock.now()
  const [[product], license] = await Promise.all([
    ctx.db
      .select({ id: products.id })
      .from(products)
      .where(and(eq(products.accountId, ctx.accountId), eq(products.id, check.productId))),
    findLicenseByKey(ctx.db, ctx.accountId, check.key ?? '', now),
  ])
  if (!product) throw new AppError('INVALID_PRODUCT_ID', 'There is no such product.')
  for (let offset = 0; ; offset += CHUNK) {
    const candidates = await findCandidates(ctx, check, offset)
    for (const candidate of candidates) {
      const isAllowed = license !== undefined && releaseRefusal(license, candidate) === null
      if (!isAllowed && (candidate.private || check.allowedOnly)) continue
      const release = toReleaseDto(await loadRelease(ctx.db, ctx.accountId, candidate.id))
      return isAllowed ? release : withoutSecuredUrls(release)
    }
    if (candidates.length < CHUNK) return null
  }
}

/** Published releases, the latest version first. */
function findCandidates(ctx: Authorized<'public'>, check: ReleaseCheck, offset: number) {
  return ctx.db
    .select({
      id: releases.id,
      productId: releases.productId,
      publishedAt: releases.publishedAt,
      versionParts: releases.versionParts,
      private: releases.private,
    })
    .from(releases)
    .where(
      and(
        eq(releases.accountId, ctx.accountId),
        eq(releases.productId, check.productId),
        eq(releases.channel, check.channel),
        check.platform === undefined ? undefined : sql`${check.platform} = any(${releases.platforms})`,
        isNotNull(releases.publishedAt),
      ),
    )
    .orderBy(desc(releases.versionParts), desc(releases.id))
    .limit(CHUNK)
    .offset(offset)
}
