import {
  bigint,
  boolean,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { identity, instant } from './columns.ts'
import { users } from './users.ts'

/** A user's authenticator application. */
export const userTotpSecrets = pgTable(
  'user_totp_secrets',
  {
    accountId: uuid('account_id').notNull(),
    userId: uuid('user_id').notNull(),
    sealedSecret: text('sealed_secret').notNull(),
    /** Null until a first code proved that the application has it. */
    enabledAt: instant('enabled_at'),
    /** The last time step that was accepted: a code counts once. */
    lastStep: bigint('last_step', { mode: 'number' }),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.userId] }),
    foreignKey({ columns: [t.accountId, t.userId], foreignColumns: [users.accountId, users.id] }).onDelete(
      'cascade',
    ),
  ],
)

/** One of ten codes for a lost authenticator. Single use; a new set replaces the old one. */
export const userRecoveryCodes = pgTable(
  'user_recovery_codes',
  {
    ...identity(),
    userId: uuid('user_id').notNull(),
    codeHash: text('code_hash').notNull(),
    usedAt: instant('used_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.userId], foreignColumns: [users.accountId, users.id] }).onDelete(
      'cascade',
    ),
    index('user_recovery_codes_user').on(t.accountId, t.userId),
  ],
)

/** A reset token: one hour, single use, invalid once the password or the address changed. */
export const passwordResets = pgTable(
  'password_resets',
  {
    ...identity(),
    userId: uuid('user_id').notNull(),
    tokenHash: text('token_hash').notNull(),
    /** The address it was sent to or made for. */
    emailCanonical: text('email_canonical').notNull(),
    /** Whether the token went to that mailbox and nowhere else: then using it proves the address. */
    mailed: boolean('mailed').notNull().default(false),
    expiresAt: instant('expires_at').notNull(),
    consumedAt: instant('consumed_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.userId], foreignColumns: [users.accountId, users.id] }).onDelete(
      'cascade',
    ),
    uniqueIndex('password_resets_token').on(t.tokenHash),
    index('password_resets_user').on(t.accountId, t.userId),
  ],
)
