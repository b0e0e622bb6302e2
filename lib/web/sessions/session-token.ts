import { decode } from 'next-auth/jwt'
import { edgeEnv } from '#lib/core/env-edge.ts'

/**
 * The access token inside the value of a session cookie; undefined if it was not sealed here or is past its time. Whether
 * the token is alive only its row says. Usable on the edge.
 *
 * The library's `getToken` would also take an `Authorization` header, or any cookie whose name starts alike, for a session.
 */
export async function openSessionCookie(value: string | undefined): Promise<string | undefined> {
  if (!value || value.length > 4096) return undefined
  try {
    const carried = await decode({ token: value, secret: edgeEnv.nextAuthSecret() })
    return typeof carried?.accessToken === 'string' ? carried.accessToken : undefined
  } catch {
    return undefined
  }
}
