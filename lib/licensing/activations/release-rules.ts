import { and, asc, eq, lte } from 'drizzle-orm'
import { releases } from '#db/schema/releases.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import type { ActivationInput } from './activation-input.ts'
import type { License } from './license-facts.ts'
import { assertReleaseVersion, isVersionAllowed } from './release-version.ts'

type Release = Pick<ActivationInput, 'releaseVersion' | 'releasePublishedAt'>
type ReleaseRules = Pick<License, 'productId' | 'maxAllowedReleaseVersion' | 'maintenanceExpiresAt'>

/**
 * Checks that the license covers the release that a device runs: up to its highest version, and published during its
 * maintenance.
 * @throws INVALID_RELEASE_VERSION_FORMAT, RELEASE_VERSION_NOT_ALLOWED
 */
export async function assertReleaseAllowed(
  ctx: Ctx,
  license: ReleaseRules,
  release: Release,
  at: Date,
): Promise<void> {
  if (release.releaseVersion !== '') assertReleaseVersion(release.releaseVersion)
  const reason = await runningReleaseRefusal(ctx, license, release, at)
  if (reason) throw new AppError('RELEASE_VERSION_NOT_ALLOWED', reason)
}

/** Why the license does not cover this release, as a sentence; null if it does. */
export async function runningReleaseRefusal(
  ctx: Ctx,
  license: ReleaseRules,
  { releaseVersion, releasePublishedAt }: Release,
  at: Date,
): Promise<string | null> {
  const highest = license.maxAllowedReleaseVersion
  if (releaseVersion !== '' && !isVersionAllowed(releaseVersion, highest)) {
    return `This license is for versions up to ${highest}.`
  }
  const until = license.maintenanceExpiresAt
  // No release is published in the future, so while maintenance lasts no look-up is needed.
  if (!until || until > at) return null
  const known = releaseVersion && (await publishedAt(ctx, license.productId, releaseVersion, at))
  const published = known || releasePublishedAt
  if (!published || published <= until) return null
  return `This version was published after the license’s maintenance ended (${until.toISOString().slice(0, 10)}).`
}

/** When a version came out, on whichever channel was first; the vendor's own record, which no client can set. */
async function publishedAt(
  ctx: Ctx,
  productId: string,
  version: string,
  at: Date,
): Promise<Date | null | undefined> {
  const [release] = await ctx.db
    .select({ publishedAt: releases.publishedAt })
    .from(releases)
    .where(
      and(
        eq(releases.accountId, ctx.accountId),
        eq(releases.productId, productId),
        eq(releases.version, version),
        lte(releases.publishedAt, at),
      ),
    )
    .orderBy(asc(releases.publishedAt))
    .limit(1)
  return release?.publishedAt
}
