import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, instant, metadataColumn, timestamps } from './columns.ts'
import { organizations, resellers } from './organizations.ts'

/** Rules shared by users. Users in no group belong to the default one. */
export const userGroups = pgTable(
  'user_groups',
  {
    ...identity(),
    name: text('name').notNull(),
    isDefault: boolean('is_default').notNull().default(false),
    /** Whether its members may buy (SF-04). */
    canBuy: boolean('can_buy').notNull().default(true),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('user_groups_name').on(t.accountId, t.name),
    uniqueIndex('user_groups_one_default').on(t.accountId).where(sql`is_default`),
  ],
)

/** A customer. No role is stored: it is derived. Identifiers stand in their own table. */
export const users = pgTable(
  'users',
  {
    ...identity(),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    company: text('company').notNull().default(''),
    /** argon2id; null for users who never had a password. */
    passwordHash: text('password_hash'),
    passwordChangedAt: instant('password_changed_at'),
    /**
     * Grows whenever all sessions end: by a new password, a ban, a second factor. A sign-in, a ticket or a change that began
     * under another number fails.
     */
    signInEpoch: integer('sign_in_epoch').notNull().default(0),
    groupId: uuid('group_id'),
    organizationId: uuid('organization_id'),
    /** Sees and runs the organization's licenses and users. */
    isOrganizationAdmin: boolean('is_organization_admin').notNull().default(false),
    resellerId: uuid('reseller_id'),
    isResellerAdmin: boolean('is_reseller_admin').notNull().default(false),
    allowCustomerPortalAccess: boolean('allow_customer_portal_access').notNull().default(true),
    bannedAt: instant('banned_at'),
    banReason: text('ban_reason'),
    lastLoginAt: instant('last_login_at'),
    lastSeenAt: instant('last_seen_at'),
    tags: text('tags').array().notNull().default([]),
    metadata: metadataColumn(),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    foreignKey({ columns: [t.accountId, t.groupId], foreignColumns: [userGroups.accountId, userGroups.id] }),
    foreignKey({
      columns: [t.accountId, t.organizationId],
      foreignColumns: [organizations.accountId, organizations.id],
    }),
    foreignKey({ columns: [t.accountId, t.resellerId], foreignColumns: [resellers.accountId, resellers.id] }),
    check('users_organization_admin', sql`not ${t.isOrganizationAdmin} or ${t.organizationId} is not null`),
    check('users_reseller_admin', sql`not ${t.isResellerAdmin} or ${t.resellerId} is not null`),
    index('users_organization').on(t.accountId, t.organizationId, t.createdAt, t.id),
    /** The status of licenses reads who is banned. */
    index('users_banned').on(t.accountId, t.id).where(sql`${t.bannedAt} is not null`),
    /** The default list order. */
    index('users_created').on(t.accountId, t.createdAt, t.id),
  ],
)

/** The addresses by which a user is found. `canonical` is unique: two spellings of one address are one. */
export const userIdentifiers = pgTable(
  'user_identifiers',
  {
    ...identity(),
    userId: uuid('user_id').notNull(),
    kind: text('kind', { enum: ['email', 'phone', 'username'] }).notNull(),
    /** As the person wrote it. */
    value: text('value').notNull(),
    canonical: text('canonical').notNull(),
    isPrimary: boolean('is_primary').notNull().default(true),
    /** When somebody proved to read it, by a link that was mailed there; another address begins without. */
    verifiedAt: instant('verified_at'),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.userId], foreignColumns: [users.accountId, users.id] }).onDelete(
      'cascade',
    ),
    unique('user_identifiers_canonical').on(t.accountId, t.kind, t.canonical),
    uniqueIndex('user_identifiers_one_primary').on(t.accountId, t.userId, t.kind).where(sql`is_primary`),
  ],
)

/** Addresses that may not register again; they outlive the user as an HMAC. */
export const bannedIdentifiers = pgTable(
  'banned_identifiers',
  {
    ...identity(),
    userId: uuid('user_id').notNull(),
    kind: text('kind', { enum: ['email', 'phone', 'username'] }).notNull(),
    hash: text('hash').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('banned_identifiers_hash').on(t.accountId, t.kind, t.hash, t.userId),
  ],
)

/** Key under which a user's personal values in audit and logs are sealed; destroying the row erases them all. */
export const userKeys = pgTable(
  'user_keys',
  {
    accountId: uuid('account_id').notNull(),
    userId: uuid('user_id').notNull(),
    sealedKey: text('sealed_key').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.userId] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
  ],
)

/** Which version of which document a user accepted, when and from where. */
export const consents = pgTable(
  'consents',
  {
    ...identity(),
    userId: uuid('user_id').notNull(),
    document: text('document', { enum: ['terms', 'privacy'] }).notNull(),
    version: text('version').notNull(),
    acceptedAt: instant('accepted_at').notNull(),
    /** Sealed under the user's key. */
    sealedIp: text('sealed_ip'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.userId], foreignColumns: [users.accountId, users.id] }).onDelete(
      'cascade',
    ),
    index('consents_user').on(t.accountId, t.userId),
  ],
)

/** A signed-in place. The cookie or bearer only carries the token; this row decides on every request. */
export const accessTokens = pgTable(
  'access_tokens',
  {
    ...identity(),
    userId: uuid('user_id').notNull(),
    tokenHash: text('token_hash').notNull(),
    /** `browser` came through the portal's sign-in, `api` through `/v3/accounts/login`. */
    kind: text('kind', { enum: ['browser', 'api'] }).notNull(),
    userAgent: text('user_agent').notNull().default(''),
    /** Sealed under the user's key. */
    sealedIp: text('sealed_ip'),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    lastSeenAt: instant('last_seen_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.userId], foreignColumns: [users.accountId, users.id] }).onDelete(
      'cascade',
    ),
    /** The look-up of every authenticated request. The account is unknown before the token is found. */
    uniqueIndex('access_tokens_hash').on(t.tokenHash),
    index('access_tokens_user').on(t.accountId, t.userId),
  ],
)

/** One-time proof that sign-in succeeded, redeemed by the credentials provider within 60 seconds, bound to its flow. */
export const signInTickets = pgTable(
  'sign_in_tickets',
  {
    ...identity(),
    userId: uuid('user_id').notNull(),
    ticketHash: text('ticket_hash').notNull(),
    flowHash: text('flow_hash').notNull(),
    /** The user's when they proved themselves. */
    signInEpoch: integer('sign_in_epoch').notNull().default(0),
    userAgent: text('user_agent').notNull().default(''),
    sealedIp: text('sealed_ip'),
    expiresAt: instant('expires_at').notNull(),
    consumedAt: instant('consumed_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.userId], foreignColumns: [users.accountId, users.id] }).onDelete(
      'cascade',
    ),
    uniqueIndex('sign_in_tickets_hash').on(t.ticketHash),
  ],
)

/** Failed sign-ins in a row, by identifier and address (HMACs), for the growing lockout. */
export const signInFailures = pgTable(
  'sign_in_failures',
  {
    accountId: uuid('account_id').notNull(),
    key: text('key').notNull(),
    failures: integer('failures').notNull().default(0),
    lockedUntil: instant('locked_until'),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.key] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
  ],
)
