import { inArray, not, notInArray, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { fieldError } from '../errors.ts'
import type { Filter, ListFields } from '../list/filter.ts'
import { compare, likeText } from '../list/to-sql.ts'
import { metadataListFields } from '../metadata/metadata-filter.ts'
import { emailWhere } from '../users/list-fields.ts'
import { KEY_PREFIX_LENGTH, keyLookUps } from './license-key.ts'
import { revokedSql, suspendedSql } from './status-sql.ts'

/** What the list of licenses can be filtered and sorted by. */
export const licenseListFields = {
  key: { kind: 'text', where: byKey },
  productId: { kind: 'id', column: licenses.productId },
  licenseTemplateId: { kind: 'id', column: licenses.licenseTemplateId },
  userId: { kind: 'id', column: licenses.userId },
  email: { kind: 'text', where: byOwnerEmail },
  'user.email': { kind: 'text', where: byOwnerEmail },
  'user.company': { kind: 'text', where: (filter) => compare(users.company, filter) },
  type: { kind: 'choice', column: licenses.type },
  suspended: { kind: 'boolean', where: (filter) => compare(suspendedSql, filter) },
  revoked: { kind: 'boolean', where: (filter) => compare(revokedSql, filter) },
  allowedActivations: { kind: 'number', column: licenses.allowedActivations },
  allowedDeactivations: { kind: 'number', column: licenses.allowedDeactivations },
  totalDeactivations: { kind: 'number', column: licenses.totalDeactivations },
  allowVmActivation: { kind: 'boolean', column: licenses.allowVmActivation },
  userLocked: { kind: 'boolean', column: licenses.userLocked },
  totalActivations: { kind: 'number' },
  'activation.countryCode': { kind: 'text', where: byDevice(activations.countryCode) },
  'activation.lastSyncedAt': { kind: 'date', where: byDevice(activations.lastSyncedAt) },
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
  validity: { kind: 'number', where: refuseValidity },
  expiresAt: { kind: 'date', column: licenses.expiresAt },
  createdAt: { kind: 'date', column: licenses.createdAt },
  updatedAt: { kind: 'date', column: licenses.updatedAt },
  tag: { kind: 'text', where: byTag },
  tags: { kind: 'text', where: byTag },
  ...metadataListFields,
  // Parts that no license has yet: nothing equals them, so that a filter never finds everything.
  productVersionId: { kind: 'id', where: (filter) => compare(sql`null::uuid`, filter) },
  resellerId: { kind: 'id', where: (filter) => compare(sql`null::uuid`, filter) },
  organizationId: { kind: 'id', where: (filter) => compare(sql`null::uuid`, filter) },
  entitlementSetId: { kind: 'id', where: (filter) => compare(sql`null::uuid`, filter) },
  maintenanceExpireAt: { kind: 'date', where: (filter) => compare(sql`null::timestamptz`, filter) },
  // Answered by `list-licenses.ts`, because they depend on the time; `totalActivations` is, too.
  status: { kind: 'choice' },
  expired: { kind: 'boolean' },
  expiringSoon: { kind: 'boolean' },
} as const satisfies ListFields

/** Keys are stored sealed: they are found whole by their hash, or by the few characters kept in clear. */
function byKey(filter: Filter): SQL {
  const values = filter.values.map(String)
  switch (filter.operator) {
    case 'eq':
    case 'in':
      return values.length === 0 ? sql`false` : inArray(licenses.keyHash, values.flatMap(keyLookUps))
    case 'ne':
    case 'nin':
      return values.length === 0 ? sql`true` : notInArray(licenses.keyHash, values.flatMap(keyLookUps))
    case 'sw': {
      const [start = ''] = values
      if (start.length > KEY_PREFIX_LENGTH) {
        throw fieldError(
          'key[sw]',
          `keys are stored encrypted: at most their first ${KEY_PREFIX_LENGTH} characters can be searched for`,
        )
      }
      return sql`${licenses.keyPrefix} like ${`${likeText(start)}%`}`
    }
    default:
      throw fieldError(
        `key[${filter.operator}]`,
        'keys are stored encrypted: only eq, ne, in, nin and sw can be answered',
      )
  }
}

function byOwnerEmail(filter: Filter): SQL {
  return ofAny(
    filter,
    (positive) => sql`exists (
      select 1 from ${userIdentifiers}
      where ${userIdentifiers.accountId} = ${licenses.accountId} and ${userIdentifiers.userId} = ${licenses.userId}
        and ${userIdentifiers.kind} = 'email' and ${emailWhere(positive)})`,
  )
}

function byTag(filter: Filter): SQL {
  const tag: SQLWrapper = sql`tag`
  return ofAny(
    filter,
    (positive) => sql`exists (select 1 from unnest(${licenses.tags}) tag where ${compare(tag, positive)})`,
  )
}

/** A condition that any of the license's devices meets. */
function byDevice(column: SQLWrapper) {
  return (filter: Filter) =>
    ofAny(filter, (positive) => sql`coalesce(${devices(sql`bool_or(${compare(column, positive)})`)}, false)`)
}

/** Something computed over the license's devices. */
function devices(what: SQL): SQL {
  return sql`(
    select ${what} from ${activations}
    where ${activations.accountId} = ${licenses.accountId} and ${activations.licenseId} = ${licenses.id})`
}

function refuseValidity(): never {
  throw fieldError(
    'validity',
    'its length in seconds depends on the calendar: filter by subscriptionInterval',
  )
}

/** Of a thing with several values, a negative condition means: none of them fits the positive one. */
function ofAny(filter: Filter, anyFits: (positive: Filter) => SQL): SQL {
  switch (filter.operator) {
    case 'ne':
      return not(anyFits({ ...filter, operator: 'eq' }))
    case 'nc':
      return not(anyFits({ ...filter, operator: 'cn' }))
    case 'nin':
      return not(anyFits({ ...filter, operator: 'in' }))
    default:
      return anyFits(filter)
  }
}
