'use server'

import { z } from 'zod'
import { offlineAnswer, VALIDITY_DAYS, validitySeconds } from '#app/_ui/offline-answer.ts'
import { offlineActivateMine } from '#lib/licensing/offline/offline-activate-mine.ts'
import { offlineDeactivateMine } from '#lib/licensing/offline/offline-deactivate-mine.ts'
import { OfflineDeactivateInput } from '#lib/licensing/offline/offline-input.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

const own = {
  area: 'customer',
  permission: 'me:write',
  textFiles: { offlineRequest: 'requestFile' },
} as const

export const offlineActivateMineAction = defineAction(
  { ...own, schema: OfflineDeactivateInput.extend({ validityDays: z.enum(VALIDITY_DAYS.map(String)) }) },
  async (ctx, { validityDays, ...input }) => {
    const responseValidity = validitySeconds(validityDays)
    const response = await offlineActivateMine(ctx, { ...input, responseValidity })
    return { message: 'The device is activated.', data: offlineAnswer(response, input.licenseId) }
  },
)

export const offlineDeactivateMineAction = defineAction(
  { ...own, schema: OfflineDeactivateInput },
  async (ctx, input) => {
    await offlineDeactivateMine(ctx, input)
    return { message: 'The device is deactivated, and its place is free for another one.' }
  },
)
