import { sql } from 'drizzle-orm'
import { check, foreignKey, index, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { identity, instant } from './columns.ts'
import { operators } from './operators.ts'
import { users } from './users.ts'

/**
 * Where a user or an operator has signed in before: a browser, by the id in its device cookie, or a block of addresses. Guesses
 * from elsewhere do not use up the owner's attempts here.
 */
export const knownPlaces = pgTable(
  'known_places',
  {
    ...identity(),
    userId: uuid('user_id'),
    operatorId: uuid('operator_id'),
    /** HMAC of what the place is: neither an address nor a device's id stands here. */
    placeHash: text('place_hash').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.userId], foreignColumns: [users.accountId, users.id] }).onDelete(
      'cascade',
    ),
    foreignKey({
      columns: [t.accountId, t.operatorId],
      foreignColumns: [operators.accountId, operators.id],
    }).onDelete('cascade'),
    check('known_places_one_owner', sql`num_nonnulls(${t.userId}, ${t.operatorId}) = 1`),
    unique('known_places_user').on(t.accountId, t.userId, t.placeHash),
    unique('known_places_operator').on(t.accountId, t.operatorId, t.placeHash),
    /** A reset request looks up the place first, so that an unknown address takes as long as an unknown place. */
    index('known_places_place').on(t.accountId, t.placeHash),
  ],
)
