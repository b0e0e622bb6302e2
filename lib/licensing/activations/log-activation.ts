import { preparedInsert } from '#db/prepared.ts'
import { activationLogs } from '#db/schema/license-parts.ts'
import { sealerForUser } from '#lib/audit/user-key.ts'
import type { Ctx } from '#lib/core/context.ts'
import { newId } from '#lib/core/ids.ts'
import type { Activation } from './activation-token.ts'
import type { License } from './license-facts.ts'

/**
 * Kinds of lines in the log. `sync` only if the device reported something new; `swap` and `cull` for the device that was freed.
 */
export const LOGGED_ACTIONS = ['activate', 'sync', 'deactivate', 'swap', 'cull', 'increment'] as const
export type LoggedAction = (typeof LOGGED_ACTIONS)[number]

const insertLine = preparedInsert(activationLogs, 'insert_activation_log')

/**
 * Writes what happened on a device into the activation log, in the transaction that is open. Personal values are sealed under
 * the owner's key. The application's metadata of the device is left out.
 */
export async function logActivation(
  ctx: Ctx,
  action: LoggedAction,
  { license, activation }: { license: Pick<License, 'userId'>; activation: Activation },
): Promise<void> {
  const { userId } = license
  const at = ctx.clock.now()
  const seal = userId
    ? await sealerForUser(ctx.db, { accountId: ctx.accountId, userId, at })
    : (text: string) => text
  await insertLine(ctx.db, {
    accountId: ctx.accountId,
    id: newId(),
    action,
    activationId: activation.id,
    licenseId: activation.licenseId,
    productId: activation.productId,
    os: activation.os,
    osVersion: activation.osVersion,
    hostname: activation.hostname === '' ? '' : seal(activation.hostname),
    vmName: activation.vmName,
    container: activation.container,
    offline: activation.offline,
    appVersion: activation.appVersion,
    releaseVersion: activation.releaseVersion,
    ip: activation.ip === null ? null : seal(activation.ip),
    countryCode: activation.countryCode,
    userId,
    metadata: userId ? [] : activation.metadata,
    createdAt: at,
  })
}
