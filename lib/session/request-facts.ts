import { headers } from 'next/headers'
import { cache } from 'react'
import { db } from '#db/client.ts'
import { resolveAccount } from '../accounts/resolve-account.ts'
import { clock } from '../clock.ts'
import type { Ctx } from '../context.ts'
import { env } from '../env.ts'
import { addressFromHops, CLIENT_IP_HEADER, ownsSocket } from '../http/client-address.ts'
import { newId } from '../ids.ts'
import { devicesIn } from './device-cookie.ts'
import { cookieLine } from './request-cookie.ts'

/** What a page or action knows before anybody has proved anything: a visitor's context. Once per request. */
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
