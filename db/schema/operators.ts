import {
  boolean,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, instant, timestamps } from './columns.ts'

/** What operators may do. `super-admin` (owner) and `admin` are reserved. */
export const roles = pgTable(
  'roles',
  {
    ...identity(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    claims: text('claims').array().notNull(),
    reserved: boolean('reserved').notNull().default(false),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('roles_name').on(t.accountId, t.name),
  ],
)

/** A person who runs the vendor's business here. Never a user. */
export const operators = pgTable(
  'operators',
  {
    ...identity(),
    roleId: uuid('role_id').notNull(),
    email: text('email').notNull(),
    emailCanonical: text('email_canonical').notNull(),
    name: text('name').notNull(),
    passwordHash: text('password_hash').notNull(),
    disabledAt: instant('disabled_at'),
    lastLoginAt: instant('last_login_at'),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.roleId], foreignColumns: [roles.accountId, roles.id] }),
    unique('operators_email').on(t.accountId, t.emailCanonical),
  ],
)

/** A signed-in operator: 8 hours at most, 30 minutes idle. The iron-session cookie holds only the token. */
export const operatorSessions = pgTable(
  'operator_sessions',
  {
    ...identity(),
    operatorId: uuid('operator_id').notNull(),
    tokenHash: text('token_hash').notNull(),
    userAgent: text('user_agent').notNull().default(''),
    ip: text('ip'),
    authenticatedAt: instant('authenticated_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    revokedAt: instant('revoked_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      columns: [t.accountId, t.operatorId],
      foreignColumns: [operators.accountId, operators.id],
    }).onDelete('cascade'),
    uniqueIndex('operator_sessions_hash').on(t.tokenHash),
    index('operator_sessions_operator').on(t.accountId, t.operatorId),
  ],
)

/** The one-time link that creates the first operator; 24 hours, only while there is none. */
export const setupLinks = pgTable(
  'setup_links',
  {
    ...identity(),
    tokenHash: text('token_hash').notNull(),
    expiresAt: instant('expires_at').notNull(),
    consumedAt: instant('consumed_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    uniqueIndex('setup_links_hash').on(t.tokenHash),
  ],
)

/** A machine's token. Only its hash is kept; prefix and last four are what people recognize it by. */
export const personalAccessTokens = pgTable(
  'personal_access_tokens',
  {
    ...identity(),
    name: text('name').notNull(),
    tokenHash: text('token_hash').notNull(),
    prefix: text('prefix').notNull(),
    lastFour: text('last_four').notNull(),
    scopes: text('scopes').array().notNull(),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    lastUsedAt: instant('last_used_at'),
    /** Actor name of who made it. */
    createdBy: text('created_by').notNull(),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    uniqueIndex('personal_access_tokens_hash').on(t.tokenHash),
    index('personal_access_tokens_created').on(t.accountId, t.createdAt, t.id),
  ],
)
