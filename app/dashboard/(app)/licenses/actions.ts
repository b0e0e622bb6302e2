'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { fieldError } from '#lib/core/errors.ts'
import { id, instantInput, int, text } from '#lib/core/input/fields.ts'
import { deleteActivation } from '#lib/licensing/activations/delete-activation.ts'
import { createLicenseByHand, NewLicenseByHand } from '#lib/licensing/licenses/create-license-by-hand.ts'
import { deleteLicense } from '#lib/licensing/licenses/delete-license.ts'
import { MoveLicense, moveLicense } from '#lib/licensing/licenses/move-license.ts'
import { renewLicense } from '#lib/licensing/licenses/renew-license.ts'
import { replaceKey } from '#lib/licensing/licenses/replace-key.ts'
import { resendLicenseKey } from '#lib/licensing/licenses/resend-license-key.ts'
import { setLicenseExpiry } from '#lib/licensing/licenses/set-license-expiry.ts'
import { updateLicense } from '#lib/licensing/licenses/update-license.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

const writing = { area: 'operator', permission: 'license:write' } as const
const backTo = (licenseId: string, done: string) => redirect(`/dashboard/licenses/${licenseId}?done=${done}`)

export const createLicenseAction = defineAction(
  { ...writing, schema: NewLicenseByHand },
  async (ctx, input) => {
    const license = await createLicenseByHand(ctx, input)
    return backTo(license.id, input.mail ? 'created-mailed' : 'created')
  },
)

/** The changes of the page's buttons. Billing's own suspension or revocation stays. */
const STANDINGS = {
  suspended: { suspended: true },
  unsuspended: { suspended: false },
  revoked: { revoked: true },
  reinstated: { revoked: false },
} as const

export const changeStandingAction = defineAction(
  {
    ...writing,
    schema: z.object({
      id: id(),
      change: z.enum(['suspended', 'unsuspended', 'revoked', 'reinstated']),
    }),
  },
  async (ctx, input) => {
    await updateLicense(ctx, input.id, STANDINGS[input.change])
    return backTo(input.id, input.change)
  },
)

export const renewLicenseAction = defineAction(
  { ...writing, schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await renewLicense(ctx, input.id, {})
    return backTo(input.id, 'renewed')
  },
)

export const setExpiryAction = defineAction(
  {
    ...writing,
    schema: z.object({
      id: id(),
      /** As `datetime-local` writes it, read as UTC; empty = never. */
      expiresAt: z.preprocess(
        (value) => (typeof value === 'string' ? toUtc(value) : value),
        instantInput().nullable(),
      ),
    }),
  },
  async (ctx, input) => {
    await setLicenseExpiry(ctx, input.id, { expiresAt: input.expiresAt })
    return backTo(input.id, 'expiry')
  },
)

function toUtc(value: string): string | null {
  const typed = value.trim()
  if (typed === '') return null
  return /T\d{2}:\d{2}(:\d{2})?$/.test(typed) ? `${typed}Z` : typed
}

export const updateLicenseAction = defineAction(
  {
    ...writing,
    schema: z.object({ id: id(), allowedActivations: int({ min: -1 }), notes: text(10_000) }),
  },
  async (ctx, { id: licenseId, ...changes }) => {
    await updateLicense(ctx, licenseId, changes)
    return backTo(licenseId, 'saved')
  },
)

export const moveLicenseAction = defineAction({ ...writing, schema: MoveLicense }, async (ctx, input) => {
  await moveLicense(ctx, input)
  return backTo(input.id, 'moved')
})

export const resendKeyAction = defineAction(
  { ...writing, schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await resendLicenseKey(ctx, input.id)
    return backTo(input.id, 'mailed')
  },
)

export const replaceKeyAction = defineAction(
  { ...writing, schema: z.object({ id: id() }) },
  async (ctx, input) => {
    await replaceKey(ctx, input.id)
    return backTo(input.id, 'key-replaced')
  },
)

export const deleteDeviceAction = defineAction(
  { ...writing, schema: z.object({ licenseId: id(), activationId: id() }) },
  async (ctx, input) => {
    await deleteActivation(ctx, { id: input.activationId })
    return backTo(input.licenseId, 'device')
  },
)

export const deleteLicenseAction = defineAction(
  { ...writing, schema: z.object({ id: id(), confirmation: z.string().trim() }) },
  async (ctx, input) => {
    if (input.confirmation.toLowerCase() !== 'delete') throw fieldError('confirmation', 'type “delete”')
    await deleteLicense(ctx, input.id)
    redirect('/dashboard/licenses?done=deleted')
  },
)
