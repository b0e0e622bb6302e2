import { sql } from 'drizzle-orm'
import { personalAccessTokens } from '#db/schema/operators.ts'
import type { ListFields } from '#lib/core/list/filter.ts'

export const personalAccessTokenFields = {
  name: { kind: 'text', column: personalAccessTokens.name },
  revoked: { kind: 'boolean', column: sql`(${personalAccessTokens.revokedAt} is not null)` },
  expiresAt: { kind: 'date', column: personalAccessTokens.expiresAt },
  lastUsedAt: { kind: 'date', column: personalAccessTokens.lastUsedAt },
  createdAt: { kind: 'date', column: personalAccessTokens.createdAt },
  updatedAt: { kind: 'date', column: personalAccessTokens.updatedAt },
} as const satisfies ListFields
