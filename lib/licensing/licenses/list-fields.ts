import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import { licenseUserGroups } from '#db/schema/user-groups.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { carries } from '#lib/catalog/tags/tag-dto.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { Filter, ListField, ListFields } from '#lib/core/list/filter.ts'
import { anyOf, compare } from '#lib/core/list/to-sql.ts'
import { metadataListFields } from '#lib/core/metadata/metadata-filter.ts'
import { emailWhere } from '#lib/people/users/list-users.ts'
import { hasAnyKey } from './find-typed-key.ts'
import { revokedSql, suspendedSql } from './status-sql.ts'
import { validitySql } from './validity-sql.ts'

const email: ListField = { kind: 'text', where: byOwnerEmail }
const tag: ListField = { kind: 'text', where: byTag }
const template: ListField = { kind: 'id', column: licenses.licenseTemplateId }
const maintenanceEnd: ListField = { kind: 'date', column: licenses.maintenanceExpiresAt }

/** What the list of licenses can be filtered and sorted by. */
export const licenseListFields = {
  key: { kind: 'text', where: byKey },
  productId: { kind: 'id', column: licenses.productId },
  productVersionId: { kind: 'id', column: licenses.productVersionId },
  licenseTemplateId: template,
  licensePolicyId: template,
  userId: { kind: 'id', column: licenses.userId },
  additionalUserId: { kind: 'id', where: byAdditionalUser },
  userGroupId: { kind: 'id', where: byUserGroup },
  organizationId: { kind: 'id', column: licenses.organizationId },
  resellerId: { kind: 'id', column: licenses.resellerId },
  entitlementSetId: { kind: 'id', column: licenses.entitlementSetId },
  maintenancePolicyId: { kind: 'id', column: licenses.maintenancePolicyId },
  email,
  'user.email': email,
  'user.company': byOwner(users.company),
  'user.name': byOwner(sql`trim(${users.firstName} || ' ' || ${users.lastName})`),
  type: { kind: 'choice', column: licenses.type },
  suspended: { kind: 'boolean', where: (filter) => compare(suspendedSql, filter) },
  revoked: { kind: 'boolean', where: (filter) => compare(revokedSql, filter) },
  allowedActivations: { kind: 'number', column: licenses.allowedActivations },
  allowedDeactivations: { kind: 'number', column: licenses.allowedDeactivations },
  allowedFloatingClients: { kind: 'number', column: licenses.allowedFloatingClients },
  totalDeactivations: { kind: 'number', column: licenses.totalDeactivations },
  leaseDuration: { kind: 'number', column: licenses.leaseDuration },
  allowVmActivation: { kind: 'boolean', column: licenses.allowVmActivation },
  allowContainerActivation: { kind: 'boolean', column: licenses.allowContainerActivation },
  userLocked: { kind: 'boolean', column: licenses.userLocked },
  requireAuthentication: { kind: 'boolean', column: licenses.requireAuthentication },
  fingerprintMatchingStrategy: { kind: 'choice', column: licenses.fingerprintMatchingStrategy },
  'activation.countryCode': { kind: 'text', where: byDevice(activations.countryCode) },
  'activation.lastSyncedAt': { kind: 'date', where: byDevice(activations.lastSyncedAt) },
  'activation.appVersion': { kind: 'text', where: byDevice(activations.appVersion) },
  subscriptionInterval: { kind: 'text', column: licenses.subscriptionInterval },
  subscriptionStartTrigger: { kind: 'choice', column: licenses.subscriptionStartTrigger },
  expirationStrategy: {
    kind: 'choice',
    where: (filter) =>
      compare(
        sql`case ${licenses.subscriptionStartTrigger} when 'activation' then 'delayed' else 'immediate' end`,
        filter,
      ),
  },
  validity: { kind: 'number', column: validitySql(licenses.subscriptionInterval) },
  expiresAt: { kind: 'date', column: licenses.expiresAt },
  effectiveAt: { kind: 'date', column: licenses.effectiveAt },
  firstActivatedAt: { kind: 'date', column: licenses.firstActivatedAt },
  maintenanceExpiresAt: maintenanceEnd,
  maintenanceExpireAt: maintenanceEnd,
  createdAt: { kind: 'date', column: licenses.createdAt },
  updatedAt: { kind: 'date', column: licenses.updatedAt },
  tag,
  tags: tag,
  ...metadataListFields,
  // `list-licenses.ts` makes their conditions, because they depend on the time.
  status: { kind: 'choice' },
  expired: { kind: 'boolean' },
  expiringSoon: { kind: 'boolean' },
  totalActivations: { kind: 'number' },
} as const satisfies ListFields

/** Keys are stored sealed: whole ones are found by their hashes. Their beginnings and ends `list-licenses.ts` looks up before. */
function byKey(filter: Filter): SQL {
  const values = filter.values.map(String)
  switch (filter.operator) {
    case 'eq':
    case 'in':
      return hasAnyKey(values)
    case 'ne':
    case 'nin':
      return sql`not ${hasAnyKey(values)}`
    default:
      throw fieldError(
        `key[${filter.operator}]`,
        'keys are stored encrypted: only eq, ne, in, nin, sw and ew can be answered',
      )
  }
}

function byOwnerEmail(filter: Filter): SQL {
  return anyOf(
    filter,
    (positive) => sql`exists (
      select 1 from ${userIdentifiers}
      where ${userIdentifiers.accountId} = ${licenses.accountId} and ${userIdentifiers.userId} = ${licenses.userId}
        and ${userIdentifiers.kind} = 'email' and ${emailWhere(positive)})`,
  )
}

/** A filter on the owner. A license without an owner matches negative conditions only. */
function byOwner(value: SQLWrapper): ListField {
  return {
    kind: 'text',
    where: (filter) =>
      anyOf(
        filter,
        (positive) => sql`exists (
          select 1 from ${users}
          where ${users.accountId} = ${licenses.accountId} and ${users.id} = ${licenses.userId}
            and ${compare(value, positive)})`,
      ),
  }
}

function byAdditionalUser(filter: Filter): SQL {
  return anyOf(filter, ({ values }) =>
    values.length === 0
      ? sql`false`
      : sql`(${licenses.additionalUserIds} && array[${sql.join(
          values.map((value) => sql`${value}`),
          sql`, `,
        )}]::uuid[] and ${licenses.additionalUserIds} <> '{}')`,
  )
}

function byUserGroup(filter: Filter): SQL {
  return anyOf(
    filter,
    (positive) => sql`exists (
      select 1 from ${licenseUserGroups}
      where ${licenseUserGroups.accountId} = ${licenses.accountId}
        and ${licenseUserGroups.licenseId} = ${licenses.id}
        and ${compare(licenseUserGroups.userGroupId, positive)})`,
  )
}

function byTag(filter: Filter): SQL {
  return anyOf(filter, (positive) =>
    positive.operator === 'eq'
      ? carries(licenses.tags, String(positive.values[0]))
      : sql`exists (select 1 from unnest(${licenses.tags}) tag where ${compare(sql`tag`, positive)})`,
  )
}

/** A condition that any of the license's devices meets. */
function byDevice(column: SQLWrapper) {
  return (filter: Filter) =>
    anyOf(
      filter,
      (positive) => sql`exists (
        select 1 from ${activations}
        where ${activations.accountId} = ${licenses.accountId} and ${activations.licenseId} = ${licenses.id}
          and ${compare(column, positive)})`,
    )
}
