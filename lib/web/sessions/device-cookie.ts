import { DEVICES_PER_BROWSER, KNOWN_PLACE_DAYS } from '#lib/access/throttle/known-place.ts'
import { sessionCookie } from './cookie-names.ts'
import { readCookie } from './read-cookie.ts'

/** An id of 256 random bits, which nobody can guess. */
const DEVICE = /^[\w-]{43}$/

function cookieName(): string {
  return sessionCookie().attributes.secure ? '__Host-latchkey.device' : 'latchkey.device'
}

/**
 * The ids that this browser is known by, one for each of the last people who signed in with it. They grant nothing. They choose
 * the counters for sign-in attempts; the database knows which id belongs to whom.
 */
export function devicesIn(line: string): string[] {
  const value = readCookie(line, cookieName()) ?? ''
  return value
    .split('.')
    .filter((id) => DEVICE.test(id))
    .slice(0, DEVICES_PER_BROWSER)
}

/** The cookie that keeps them, out of reach of scripts. */
export function deviceCookie(devices: readonly string[]) {
  const maxAge = KNOWN_PLACE_DAYS * 24 * 3600
  return { name: cookieName(), value: devices.join('.'), maxAge, ...sessionCookie().attributes }
}
