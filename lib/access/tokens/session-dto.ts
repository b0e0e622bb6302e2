import { z } from 'zod'
import { isoDate } from '#lib/core/input/fields.ts'

/** A signed-in place, as its owner and operators see it. */
export const SessionDto = z.object({
  id: z.uuid(),
  kind: z.enum(['browser', 'api']),
  userAgent: z.string(),
  /** Null where it was not known or the user's key is gone. */
  ip: z.string().nullable(),
  createdAt: isoDate(),
  lastSeenAt: isoDate().nullable(),
  expiresAt: isoDate(),
  /** The one that asks. */
  current: z.boolean(),
})
export type SessionDto = z.infer<typeof SessionDto>
