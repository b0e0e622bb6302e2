import { foreignKey, index, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { identity, timestamps } from './columns.ts'
import { licenses } from './licenses.ts'
import { organizations } from './organizations.ts'
import { users } from './users.ts'

/** Users of one organization who share its licenses. Not the account's groups of customers (`user_groups`). */
export const organizationUserGroups = pgTable(
  'organization_user_groups',
  {
    ...identity(),
    organizationId: uuid('organization_id').notNull(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      columns: [t.accountId, t.organizationId],
      foreignColumns: [organizations.accountId, organizations.id],
    }).onDelete('cascade'),
    unique('organization_user_groups_name').on(t.accountId, t.organizationId, t.name),
  ],
)

export const organizationUserGroupMembers = pgTable(
  'organization_user_group_members',
  {
    accountId: uuid('account_id').notNull(),
    userGroupId: uuid('user_group_id').notNull(),
    userId: uuid('user_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.userGroupId, t.userId] }),
    foreignKey({
      columns: [t.accountId, t.userGroupId],
      foreignColumns: [organizationUserGroups.accountId, organizationUserGroups.id],
    }).onDelete('cascade'),
    foreignKey({ columns: [t.accountId, t.userId], foreignColumns: [users.accountId, users.id] }).onDelete(
      'cascade',
    ),
    index('organization_user_group_members_user').on(t.accountId, t.userId),
  ],
)

/** Licenses that every user of the group sees. */
export const licenseUserGroups = pgTable(
  'license_user_groups',
  {
    accountId: uuid('account_id').notNull(),
    licenseId: uuid('license_id').notNull(),
    userGroupId: uuid('user_group_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.licenseId, t.userGroupId] }),
    foreignKey({
      columns: [t.accountId, t.licenseId],
      foreignColumns: [licenses.accountId, licenses.id],
    }).onDelete('cascade'),
    foreignKey({
      columns: [t.accountId, t.userGroupId],
      foreignColumns: [organizationUserGroups.accountId, organizationUserGroups.id],
    }).onDelete('cascade'),
    index('license_user_groups_group').on(t.accountId, t.userGroupId),
  ],
)
