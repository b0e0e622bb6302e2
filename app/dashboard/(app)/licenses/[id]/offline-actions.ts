'use server'

import { z } from 'zod'
import { offlineAnswer, VALIDITY_DAYS, validitySeconds } from '#app/_ui/offline-answer.ts'
import { offlineActivate } from '#lib/licensing/offline/offline-activate.ts'
import { offlineDeactivate } from '#lib/licensing/offline/offline-deactivate.ts'
import { OfflineDeactivateInput } from '#lib/licensing/offline/offline-input.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

const writing = {
  area: 'operator',
  permission: 'license:write',
  textFiles: { offlineRequest: 'requestFile' },
} as const

export const offlineActivateAction = defineAction(
  { ...writing, schema: OfflineDeactivateInput.extend({ validityDays: z.enum(VALIDITY_DAYS.map(String)) }) },
  async (ctx, { validityDays, ...input }) => {
    const responseValidity = validitySeconds(validityDays)
    const response = await offlineActivate(ctx, { ...input, responseValidity })
    return { message: 'The device is activated.', data: offlineAnswer(response, input.licenseId) }
  },
)

export const offlineDeactivateAction = defineAction(
  { ...writing, schema: OfflineDeactivateInput },
  async (ctx, input) => {
    await offlineDeactivate(ctx, input)
    return { message: 'The device is deactivated.' }
  },
)
