import { and, eq, inArray, notInArray, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { knownPlaces } from '#db/schema/known-places.ts'
import { userIdentifiers } from '#db/schema/users.ts'
import type { Ctx } from '#lib/core/context.ts'
import { newToken } from '#lib/core/crypto/token.ts'
import { newId } from '#lib/core/ids.ts'
import { lastingHash, lastingHashes } from '#lib/core/key-store/lasting-keys.ts'
import { addressBlock } from './rate-limit.ts'

/** Whose place it is. */
export type PlaceOwner = { userId: string } | { operatorId: string }

/** A place where the owner of an identifier has signed in before. Attempts from there have counters of their own. */
export interface KnownPlace {
  /** Its name in counters. */
  key: string
  /** True for a browser of the owner, false for an address, which others may share. */
  isDevice: boolean
}

/** How long a place is known without another sign-in there, days; its cookie lives as long. */
export const KNOWN_PLACE_DAYS = 180
/** The most people that one browser's cookie remembers. */
export const DEVICES_PER_BROWSER = 4

const addressPlace = (ctx: Ctx) => (ctx.ip === null ? [] : [`place ${ctx.accountId} ${addressBlock(ctx.ip)}`])
const devicePlace = (ctx: Ctx, device: string) => `place ${ctx.accountId} device ${device}`

const hashes = async (places: readonly string[]) =>
  (await Promise.all(places.map((place) => lastingHashes('identifier-throttle', place)))).flat()

/** The caller's places in their stored form. */
export interface CallerPlaces {
  /** The browser's. */
  devices: string[]
  /** The browser's and the address's. */
  all: string[]
}

export async function callerPlaces(ctx: Ctx): Promise<CallerPlaces> {
  const devices = await hashes((ctx.devices ?? []).map((device) => devicePlace(ctx, device)))
  return { devices, all: [...devices, ...(await hashes(addressPlace(ctx)))] }
}

/** The hashes as an SQL list. An empty list matches nothing. */
const listed = (values: readonly string[]) =>
  values.length === 0
    ? sql`(null)`
    : sql`(${sql.join(
        values.map((value) => sql`${value}`),
        sql`, `,
      )})`

/** The caller's place among those of this owner (columns of an outer query), a device first; else null. */
function placeOf(places: CallerPlaces, isOwner: SQL): SQL<string | null> {
  return sql<string | null>`(
    select ${knownPlaces.placeHash} from ${knownPlaces}
    where ${isOwner} and ${knownPlaces.placeHash} in ${listed(places.all)}
    order by ${knownPlaces.placeHash} in ${listed(places.devices)} desc nulls last limit 1)`
}

/** For the query that finds a user: the caller's place among those of the user of these two columns. */
export const userPlace = (places: CallerPlaces, accountId: SQLWrapper, userId: SQLWrapper) =>
  placeOf(places, sql`${knownPlaces.accountId} = ${accountId} and ${knownPlaces.userId} = ${userId}`)

/** The same for the query that finds an operator. */
export const operatorPlace = (places: CallerPlaces, accountId: SQLWrapper, operatorId: SQLWrapper) =>
  placeOf(places, sql`${knownPlaces.accountId} = ${accountId} and ${knownPlaces.operatorId} = ${operatorId}`)

/** The result of the queries above. */
export function toKnownPlace(
  { devices }: CallerPlaces,
  placeHash: string | null | undefined,
): KnownPlace | undefined {
  return placeHash ? { key: placeHash, isDevice: devices.includes(placeHash) } : undefined
}

/** The place where the caller is, if this user has signed in there before. */
export async function findUserPlace(ctx: Ctx, userId: string): Promise<KnownPlace | undefined> {
  const places = await callerPlaces(ctx)
  const [found] = await ctx.db.execute<{ place: string | null }>(
    sql`select ${userPlace(places, sql`${ctx.accountId}::uuid`, sql`${userId}::uuid`)} as place`,
  )
  return toKnownPlace(places, found?.place)
}

/**
 * The same for the user who has that address, if anybody has. It looks for the place first, so that from an unknown place every
 * address takes equally long.
 */
export async function findPlaceOfAddress(ctx: Ctx, canonical: string): Promise<KnownPlace | undefined> {
  const places = await callerPlaces(ctx)
  const [found] = await ctx.db.execute<{ place: string }>(sql`
    with here as materialized (
      select user_id, place_hash from ${knownPlaces}
      where account_id = ${ctx.accountId} and place_hash in ${listed(places.all)} and user_id is not null
    )
    select here.place_hash as place from here
    join ${userIdentifiers} as known on known.account_id = ${ctx.accountId} and known.user_id = here.user_id
    where known.kind = 'email' and known.canonical = ${canonical}
    order by here.place_hash in ${listed(places.devices)} desc nulls last limit 1`)
  return toKnownPlace(places, found?.place)
}

/** Notes that the owner has proved themselves from this address, in the transaction that is open. */
export async function rememberAddress(ctx: Ctx, owner: PlaceOwner): Promise<void> {
  for (const place of addressPlace(ctx)) await remember(ctx, owner, place)
}

/**
 * Notes that the owner has proved themselves in this browser. Returns what its cookie shall hold: it never adopts an id that is
 * not stored for this owner, because somebody else may have planted it.
 */
export async function rememberDevice(ctx: Ctx, owner: PlaceOwner): Promise<string[]> {
  const devices = ctx.devices ?? []
  const known = await ctx.db
    .select({ placeHash: knownPlaces.placeHash })
    .from(knownPlaces)
    .where(and(ofOwner(ctx, owner), inArray(knownPlaces.placeHash, (await callerPlaces(ctx)).devices)))
  const own = await knownDevice(ctx, new Set(known.map(({ placeHash }) => placeHash)))
  const device = own ?? newToken()
  await remember(ctx, owner, devicePlace(ctx, device))
  return [device, ...devices.filter((other) => other !== device)].slice(0, DEVICES_PER_BROWSER)
}

/** The first of the browser's ids whose place is among these. */
async function knownDevice(ctx: Ctx, known: ReadonlySet<string>): Promise<string | undefined> {
  for (const device of ctx.devices ?? []) {
    if ((await hashes([devicePlace(ctx, device)])).some((hash) => known.has(hash))) return device
  }
  return undefined
}

/** Forgets where the owner has signed in, in the transaction that is open: everywhere, or everywhere but here. */
export async function forgetPlaces(ctx: Ctx, owner: PlaceOwner, which: 'all' | 'elsewhere'): Promise<void> {
  const here = which === 'elsewhere' ? (await callerPlaces(ctx)).all : []
  await ctx.db
    .delete(knownPlaces)
    .where(and(ofOwner(ctx, owner), here.length > 0 ? notInArray(knownPlaces.placeHash, here) : undefined))
}

function ofOwner(ctx: Ctx, owner: PlaceOwner) {
  return and(
    eq(knownPlaces.accountId, ctx.accountId),
    'userId' in owner ? eq(knownPlaces.userId, owner.userId) : eq(knownPlaces.operatorId, owner.operatorId),
  )
}

async function remember(ctx: Ctx, owner: PlaceOwner, place: string): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db
    .insert(knownPlaces)
    .values({
      accountId: ctx.accountId,
      id: newId(),
      ...owner,
      placeHash: await lastingHash('identifier-throttle', place),
      lastSeenAt: now,
    })
    .onConflictDoUpdate({
      target: [
        knownPlaces.accountId,
        'userId' in owner ? knownPlaces.userId : knownPlaces.operatorId,
        knownPlaces.placeHash,
      ],
      set: { lastSeenAt: now },
    })
}
