import '#lib/announce/listen.ts'
import { headers } from 'next/headers'
import { cache } from 'react'
import { db } from '#db/client.ts'
import { clock } from '#lib/core/clock.ts'
import type { Ctx } from '#lib/core/context.ts'
import { env } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { addressFromHops, CLIENT_IP_HEADER, ownsSocket } from '#lib/core/input/client-address.ts'
import { resolveAccount } from '#lib/vendor/accounts/resolve-account.ts'
import { devicesIn } from './device-cookie.ts'
import { cookieLine } from './request-cookie.ts'

/** The context of a visitor, before anybody has proved anything. Made once per request. */
export const visitorContext = cache(async (): Promise<Ctx> => {
  const requestHeaders = await headers()
  const ip = ownsSocket.get()
    ? requestHeaders.get(CLIENT_IP_HEADER)
    : addressFromHops(undefined, requestHeaders.get('x-forwarded-for'), env().TRUST_PROXY)
  return {
    actor: { kind: 'visitor' },
    accountId: await resolveAccount({ host: requestHeaders.get('host') }),
    db: db(),
    clock,
    requestId: newId(),
    ip,
    devices: devicesIn(await cookieLine()),
  }
})

/** The browser as it names itself, at most 300 characters. */
export async function userAgent(): Promise<string> {
  return ((await headers()).get('user-agent') ?? '').slice(0, 300)
}
