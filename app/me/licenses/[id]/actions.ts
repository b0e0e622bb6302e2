'use server'

import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { deactivateMyDevice } from '#lib/activations/deactivate-my-device.ts'
import { RenameMyDevice, renameMyDevice } from '#lib/activations/rename-my-device.ts'
import { defineAction } from '#lib/forms/define-action.ts'
import { id } from '#lib/http/fields.ts'
import { replaceMyKey } from '#lib/licenses/replace-my-key.ts'

export const deactivateDeviceAction = defineAction(
  { area: 'customer', permission: 'me:write', schema: z.object({ activationId: z.uuid() }) },
  async (ctx, input) => {
    await deactivateMyDevice(ctx, input)
    refresh()
    return { message: 'The device is deactivated.' }
  },
)

export const renameDeviceAction = defineAction(
  { area: 'customer', permission: 'me:write', schema: RenameMyDevice },
  async (ctx, input) => {
    await renameMyDevice(ctx, input)
    refresh()
    return { message: 'The name is saved.' }
  },
)

export const replaceKeyAction = defineAction(
  { area: 'customer', permission: 'me:write', schema: z.object({ licenseId: id() }) },
  async (ctx, { licenseId }) => {
    await replaceMyKey(ctx, licenseId)
    redirect(`/me/licenses/${licenseId}?done=key-replaced`)
  },
)
