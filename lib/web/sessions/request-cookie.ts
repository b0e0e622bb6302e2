import { headers } from 'next/headers'
import { readCookie } from './read-cookie.ts'

/**
 * The request's one cookie of that name, for pages, actions and their routes. Next's own `cookies()` would take the last of
 * several for it: it only writes here.
 */
export async function requestCookie(name: string): Promise<string | undefined> {
  return readCookie(await cookieLine(), name)
}

/** The request's whole `Cookie` line. */
export async function cookieLine(): Promise<string> {
  return (await headers()).get('cookie') ?? ''
}
