import type { Sql, TransactionSql } from 'postgres'
import { coalesce } from '#db/coalesce.ts'

/** A row as the driver gives it: nothing here knows what a column means. */
export interface Row {
  [column: string]: unknown
}

/** The pool or a transaction on it. */
export type Runner = Sql | TransactionSql

/** Shared by requests that arrive together, as Latchkey's is. */
export function accountFinder(sql: Sql): (host: string) => Promise<string> {
  return coalesce(async (host) => {
    const [row] = await sql<{ id: string }[]>`
      select id from accounts
      order by coalesce(domain = ${host.replace(/:\d+$/, '')}, false) desc, created_at, id limit 1`
    return row?.id ?? ''
  })
}

/** The same of the key that signs an account's answers. */
export function accountKeyFinder(sql: Sql): (accountId: string) => Promise<string> {
  return coalesce(async (accountId) => {
    const [key] = await sql<{ id: string }[]>`
      select id from signing_keys
      where account_id = ${accountId} and product_id is null and algorithm = ${'Ed25519'} and retired_at is null
      order by created_at desc, id desc limit 1`
    return key?.id ?? ''
  })
}

/** What a license's set and the license itself entitle to. */
export function entitlements(sql: Runner) {
  return sql`
    case when l.entitlement_set_id is null then '[]' else
      (select coalesce(jsonb_agg(jsonb_build_object('featureName', f.name, 'featureDisplayName', f.display_name,
          'value', sf.value, 'expiresAt', null)), '[]')
        from entitlement_set_features sf join features f on f.account_id = sf.account_id and f.id = sf.feature_id
        where sf.account_id = l.account_id and sf.entitlement_set_id = l.entitlement_set_id) end as set_entitlements,
    (select coalesce(jsonb_agg(jsonb_build_object('featureName', f.name, 'featureDisplayName', f.display_name,
        'value', le.value, 'expiresAt', le.expires_at)), '[]')
      from license_entitlements le join features f on f.account_id = le.account_id and f.id = le.feature_id
      where le.account_id = l.account_id and le.license_id = l.id) as own_entitlements`
}

/** What decides about a license, and everything that its token says. */
export function factColumns(sql: Runner) {
  return sql`
    l.account_id, l.id, l.product_id, l.user_id, l.organization_id, l.additional_user_ids, l.entitlement_set_id,
    l.product_version_id, l.maintenance_expires_at, l.max_allowed_release_version, l.current_release_version, l.key_hash,
    l.type, l.fingerprint_matching_strategy, l.allowed_activations, l.allowed_deactivations, l.allowed_floating_clients,
    l.subscription_interval, l.subscription_start_trigger, l.lease_duration, l.leasing_strategy, l.allow_client_lease_duration,
    l.server_sync_interval, l.server_sync_grace_period, l.allowed_clock_offset, l.disable_clock_validation,
    l.expiring_soon_event_offset, l.expiry_grace_period, l.allow_vm_activation, l.allow_container_activation, l.user_locked,
    l.require_authentication, l.disable_geo_location, l.allowed_ip_ranges, l.allowed_ip_addresses, l.disallowed_ip_addresses,
    l.allowed_countries, l.disallowed_countries, l.heartbeat_window, l.device_swap_cooldown, l.device_swaps_per_year,
    l.expires_at, l.effective_at, l.expiry_held_until, l.suspended_manual_at, l.suspended_billing_at, l.revoked_manual_at,
    l.revoked_billing_at, l.first_activated_at, l.total_deactivations, l.metadata, l.created_at,
    p.metadata as product_metadata, u.first_name, u.last_name, u.company, u.banned_at, u.metadata as user_metadata,
    i.value as owner_email,
    case when l.organization_id is not null then
      (select jsonb_build_object('name', o.name, 'address', o.address)
        from organizations o where o.account_id = l.account_id and o.id = l.organization_id) end as organization,
    case when l.product_version_id is not null then
      (select jsonb_build_object('name', v.name, 'displayName', v.display_name, 'featureFlags', v.feature_flags)
        from product_versions v where v.account_id = l.account_id and v.id = l.product_version_id) end as product_version,
    case when l.entitlement_set_id is not null then
      (select jsonb_build_object('name', s.name, 'displayName', s.display_name)
        from entitlement_sets s where s.account_id = l.account_id and s.id = l.entitlement_set_id) end as entitlement_set,
    ${entitlements(sql)},
    (select k.id from signing_keys k
      where k.account_id = l.account_id and k.product_id = l.product_id and k.algorithm = 'RS256' and k.retired_at is null
      order by k.created_at desc, k.id desc limit 1) as kid`
}

export function factJoins(sql: Runner) {
  return sql`
    join products p on p.account_id = l.account_id and p.id = l.product_id
    left join users u on u.account_id = l.account_id and u.id = l.user_id
    left join user_identifiers i
      on i.account_id = l.account_id and i.user_id = l.user_id and i.kind = 'email' and i.is_primary`
}

export function licenseMeters(sql: Runner) {
  return sql`
    (select coalesce(jsonb_agg(jsonb_build_object('id', lm.id, 'name', lm.name, 'allowedUses', lm.allowed_uses,
        'totalUses', lm.total_uses, 'grossUses', lm.gross_uses, 'floating', lm.floating,
        'visible', 'activation' = any (lm.view_permissions)) order by lm.name), '[]')
      from license_meter_attributes lm where lm.account_id = l.account_id and lm.license_id = l.id) as license_meters`
}

export function activationMeters(sql: Runner) {
  return sql`
    (select coalesce(jsonb_agg(jsonb_build_object('name', am.name, 'uses', am.uses) order by am.name), '[]')
      from activation_meter_attributes am
      where am.account_id = a.account_id and am.activation_id = a.id) as activation_meters`
}

export function seatsTaken(sql: Runner, now: string) {
  return sql`
    (select count(*)::int from activations seats
      where seats.account_id = l.account_id and seats.license_id = l.id
        and (seats.lease_expires_at is null or seats.lease_expires_at > ${now}::timestamptz)) as devices_in_use`
}
