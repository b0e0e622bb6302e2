import { z } from 'zod'
import type { accounts } from '#db/schema/accounts.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** The vendor (contract §4.7 Account), with the settings of its own that Latchkey has. */
export const AccountDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    company: z.string(),
    /** The alias. */
    companyId: z.string(),
    email: z.string().nullable(),
    status: z.literal('active'),
    customDomain: z.string().nullable(),
    website: z.string().nullable(),
    logoUrl: z.string().nullable(),
    faviconUrl: z.string().nullable(),
    googleClientId: z.string().nullable(),
    trialExpiresAt: z.null(),
    plan: z.null(),
    allowedOrigins: z.array(z.string()),
    sessionDurationSeconds: z.int().nullable(),
    passwordMinLength: z.int().nullable(),
    termsVersion: z.string().nullable(),
    privacyVersion: z.string().nullable(),
    activationLogDays: z.int().nullable(),
  })
  .meta({ id: 'Account' })
export type AccountDto = z.output<typeof AccountDto>

export function toAccountDto(account: typeof accounts.$inferSelect): AccountDto {
  const { settings } = account
  return {
    id: account.id,
    createdAt: account.createdAt.toISOString(),
    updatedAt: account.updatedAt.toISOString(),
    company: account.name,
    companyId: account.alias,
    email: settings.email ?? null,
    status: 'active',
    customDomain: account.domain,
    website: settings.website ?? null,
    logoUrl: settings.logoUrl ?? null,
    faviconUrl: settings.faviconUrl ?? null,
    googleClientId: settings.googleClientId ?? null,
    trialExpiresAt: null,
    plan: null,
    allowedOrigins: settings.allowedOrigins ?? [],
    sessionDurationSeconds: settings.sessionDurationSeconds ?? null,
    passwordMinLength: settings.passwordMinLength ?? null,
    termsVersion: settings.termsVersion ?? null,
    privacyVersion: settings.privacyVersion ?? null,
    activationLogDays: settings.activationLogDays ?? null,
  }
}
