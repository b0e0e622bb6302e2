import { z } from 'zod'
import { open, seal } from '#lib/core/crypto/seal.ts'
import { env } from '#lib/core/env.ts'

/** What a license's owner can repair: devices, expiry, payment. */
const FIX_PURPOSES = ['devices', 'renew', 'billing'] as const
export type FixPurpose = (typeof FIX_PURPOSES)[number]

/** How long a link leads anywhere. */
const VALID_MS = 15 * 60_000

const Ticket = z.object({
  accountId: z.uuid(),
  licenseId: z.uuid(),
  purpose: z.enum(FIX_PURPOSES),
  /** Milliseconds since 1970. */
  until: z.int(),
})
export type FixTicket = z.output<typeof Ticket>

/**
 * A link to the page where the license's owner can repair it, valid for 15 minutes and one purpose. It grants nothing: whoever
 * follows it must sign in as the owner. Empty for a license that nobody owns.
 */
export function fixUrl(
  license: { accountId: string; id: string; userId: string | null },
  purpose: FixPurpose,
  at: Date,
): { fixUrl?: string } {
  if (!license.userId) return {}
  const ticket: FixTicket = {
    accountId: license.accountId,
    licenseId: license.id,
    purpose,
    until: at.getTime() + VALID_MS,
  }
  return { fixUrl: `${env().PUBLIC_URL}/fix/${seal('fix-link', JSON.stringify(ticket), 'fix')}` }
}

/** The purpose of a link; undefined if it was altered, has expired or is not ours. */
export function openFixLink(token: string, at: Date): FixTicket | undefined {
  try {
    const ticket = Ticket.parse(JSON.parse(open('fix-link', token, 'fix')))
    return ticket.until > at.getTime() ? ticket : undefined
  } catch {
    return undefined
  }
}
