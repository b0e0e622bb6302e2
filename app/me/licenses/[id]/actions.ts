'use server'

import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { deactivateMyDevice } from '#lib/licensing/activations/deactivate-my-device.ts'
import { RenameMyDevice, renameMyDevice } from '#lib/licensing/activations/rename-my-device.ts'
import { replaceMyKey } from '#lib/licensing/licenses/replace-my-key.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

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

export const replaceMyKeyAction = defineAction(
  { area: 'customer', permission: 'me:write', schema: z.object({ licenseId: id() }) },
  async (ctx, { licenseId }) => {
    await replaceMyKey(ctx, licenseId)
    redirect(`/me/licenses/${licenseId}?done=key-replaced`)
  },
)
