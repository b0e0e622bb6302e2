import { type CookieJar, type CookieStore, getIronSession, unsealData } from 'iron-session'
import { derivedKeys, type Purpose } from '#lib/core/crypto/keyring.ts'
import { env } from '#lib/core/env.ts'
import { readCookie } from './read-cookie.ts'

/** A cookie that only this installation can open. It proves nothing by itself: it carries a token, and Postgres decides. */
export interface SealedCookie {
  /** What the request's `Cookie` line holds of it; two of its name are none. */
  read(line: string): Promise<string | undefined>
  write(cookies: CookieStore | CookieJar, value: string): Promise<void>
  clear(cookies: CookieStore | CookieJar): Promise<void>
}

interface Content {
  value: string
}

/** Declares a sealed cookie: its name without prefix, the key that seals it, its life in seconds (never endless). */
export function sealedCookie(declaration: {
  name: string
  purpose: Purpose
  ttlSeconds: number
}): SealedCookie {
  const open = (cookies: CookieStore | CookieJar) => {
    const { name, secure } = cookieName(declaration.name)
    return getIronSession<Content>(cookies, {
      cookieName: name,
      password: passwords(declaration.purpose),
      ttl: declaration.ttlSeconds,
      cookieOptions: { httpOnly: true, secure, sameSite: 'lax', path: '/' },
    })
  }
  return {
    async read(line) {
      const sealed = readCookie(line, cookieName(declaration.name).name)
      if (!sealed) return undefined
      const { value } = await unsealData<Partial<Content>>(sealed, {
        password: passwords(declaration.purpose),
        ttl: declaration.ttlSeconds,
      })
      return typeof value === 'string' ? value : undefined
    },
    async write(cookies, value) {
      const session = await open(cookies)
      session.value = value
      await session.save()
    },
    async clear(cookies) {
      const session = await open(cookies)
      session.destroy()
    },
  }
}

/** On https the `__Host-` prefix keeps other hosts and paths from planting the cookie. */
function cookieName(name: string): { name: string; secure: boolean } {
  const secure = env().PUBLIC_URL.startsWith('https:')
  return { name: secure ? `__Host-${name}` : name, secure }
}

/**
 * The library seals with the highest number. Numbers count from the end of SECRET_KEY, so that an older entry keeps its number.
 */
function passwords(purpose: Purpose): Record<number, string> {
  const keys = derivedKeys(purpose)
  return Object.fromEntries(keys.map(({ key }, index) => [keys.length - index, key.toString('base64url')]))
}
