import { z } from 'zod'
import { findPlaceOfAddress } from '#lib/access/throttle/known-place.ts'
import { throttleResetRequest } from '#lib/access/throttle/password-reset.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { canonicalEmail } from '#lib/core/canonical-email.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { newId } from '#lib/core/ids.ts'
import { addJob } from '#lib/core/jobs/add-job.ts'
import { requireNamedAccount } from '#lib/vendor/accounts/resolve-account.ts'
import { resetJobKey } from './password-resets.ts'

const hint = z.string().max(200).nullable().optional()

/** What asks for a new password: an address. */
export const ResetRequest = z.object({
  email: z.string('an email address is expected').trim().min(1, 'an email address is required').max(320),
})

/** Body of `POST /v3/accounts/reset-password-request`, which also names the account. */
export const ApiResetRequest = ResetRequest.extend({ accountId: hint, accountAlias: hint, companyId: hint })

/**
 * Queues a request for a new password. A job looks up later whether anybody has that address, so neither the answer nor its
 * time tells. The place of the caller is looked up now; a stranger's place is unknown, whatever the address.
 * @throws RATE_LIMITED
 */
export async function requestPasswordReset(
  ctx: Authorized<'public'>,
  input: z.output<typeof ResetRequest>,
): Promise<void> {
  const identifier = canonicalEmail(input.email)
  await throttleResetRequest(ctx, identifier, await findPlaceOfAddress(ctx, identifier))
  const requestId = newId()
  const payload = {
    accountId: ctx.accountId,
    requestId,
    sealedEmail: seal('mail', identifier, requestId),
  }
  await addJob(ctx.db, 'password-reset', payload, { key: await resetJobKey(ctx.accountId, identifier) })
}

/** The same over the API, where the account is named. @throws ACCOUNT_REQUIRED, INVALID_ACCOUNT_ID, RATE_LIMITED */
export async function apiRequestPasswordReset(
  ctx: Authorized<'public'>,
  input: z.output<typeof ApiResetRequest>,
): Promise<undefined> {
  const accountId = await requireNamedAccount({
    accountId: input.accountId,
    accountAlias: input.accountAlias || input.companyId,
  })
  await requestPasswordReset({ ...ctx, accountId }, input)
  return undefined
}
