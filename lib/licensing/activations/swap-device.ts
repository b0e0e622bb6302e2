import { and, asc, desc, eq, gt, ne } from 'drizzle-orm'
import { activationLogs } from '#db/schema/license-parts.ts'
import { activations } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import type { Activation } from './activation-token.ts'
import { freeLocked } from './free-device.ts'
import { holdsSeat } from './holds-seat.ts'
import type { License, LicenseFacts } from './license-facts.ts'
import { queueDeviceFreedMail } from './queue-device-freed-mail.ts'
import { isFloating } from './rules.ts'

const YEAR_MS = 365 * 86_400_000

/**
 * Frees the device whose place another one takes, in the open transaction: the one that is named, or the one that was silent
 * longest. It needs the proof of an activation only, so the owner gets a mail and the license's limits hold: time between two
 * swaps, swaps in a year, deactivations. Undefined if there is nothing to swap: a pool's places become free by themselves.
 * @throws DEVICE_SWAP_LIMIT_REACHED with the reason
 */
export async function swapDevice(
  ctx: Ctx,
  facts: LicenseFacts,
  swap: { replace: string; except: string | undefined; at: Date },
): Promise<{ totalDeactivations: number } | undefined> {
  const { license } = facts
  if (isFloating(license)) return undefined
  const leaving = await findLeaving(ctx, license, swap)
  if (!leaving) return undefined
  await assertSwapAllowed(ctx, license, swap.at)
  const freed = await freeLocked(ctx, license, leaving, { action: 'swap', fromBudget: true })
  await queueDeviceFreedMail(ctx, facts, leaving, { replaced: true })
  return freed
}

async function findLeaving(
  ctx: Ctx,
  license: License,
  { replace, except, at }: { replace: string; except: string | undefined; at: Date },
): Promise<Activation | undefined> {
  const [leaving] = await ctx.db
    .select()
    .from(activations)
    .where(
      and(
        eq(activations.accountId, ctx.accountId),
        eq(activations.licenseId, license.id),
        holdsSeat(at),
        replace === 'oldest' ? undefined : eq(activations.id, replace),
        except === undefined ? undefined : ne(activations.id, except),
      ),
    )
    .orderBy(asc(activations.lastSyncedAt), asc(activations.id))
    .limit(1)
  return leaving
}

async function assertSwapAllowed(ctx: Ctx, license: License, at: Date): Promise<void> {
  const { allowedDeactivations, totalDeactivations, deviceSwapCooldown, deviceSwapsPerYear } = license
  if (allowedDeactivations >= 0 && totalDeactivations >= allowedDeactivations) {
    throw refusedSwap('This license has no deactivations left, so no device can be swapped.')
  }
  if (deviceSwapsPerYear < 0 && deviceSwapCooldown <= 0) return
  const swaps = await swapsOfYear(ctx, license, at)
  const [latest] = swaps
  const nextAt = latest ? new Date(latest.getTime() + deviceSwapCooldown * 1000) : at
  if (nextAt > at)
    throw refusedSwap(
      `A device was swapped recently. The next swap is possible from ${nextAt.toISOString()}.`,
    )
  if (deviceSwapsPerYear >= 0 && swaps.length >= deviceSwapsPerYear) {
    throw refusedSwap(`The ${deviceSwapsPerYear} device swaps of the last 365 days are used up.`)
  }
}

/** When devices were swapped, latest first. The log is their only record: it keeps swaps for a year whatever its age limit. */
async function swapsOfYear(ctx: Ctx, license: License, at: Date): Promise<Date[]> {
  const rows = await ctx.db
    .select({ at: activationLogs.createdAt })
    .from(activationLogs)
    .where(
      and(
        eq(activationLogs.accountId, ctx.accountId),
        eq(activationLogs.licenseId, license.id),
        eq(activationLogs.action, 'swap'),
        gt(activationLogs.createdAt, new Date(at.getTime() - YEAR_MS)),
      ),
    )
    .orderBy(desc(activationLogs.createdAt))
  return rows.map((row) => row.at)
}

function refusedSwap(message: string): AppError {
  return new AppError('DEVICE_SWAP_LIMIT_REACHED', message)
}
