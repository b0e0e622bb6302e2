'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { deactivateMyDevice } from '#lib/activations/deactivate-my-device.ts'
import { RenameMyDevice, renameMyDevice } from '#lib/activations/rename-my-device.ts'
import { defineAction } from '#lib/forms/define-action.ts'

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
