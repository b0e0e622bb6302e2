import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose'
import * as jwks from '#app/.well-known/jwks.json/route.ts'
import * as wellKnown from '#app/.well-known/latchkey.json/route.ts'
import * as deactivate from '#app/v3/activations/[id]/deactivate/route.ts'
import * as activation from '#app/v3/activations/[id]/route.ts'
import * as activations from '#app/v3/activations/route.ts'
import * as myActivation from '#app/v3/me/activations/[id]/route.ts'
import * as myActivations from '#app/v3/me/activations/route.ts'
import { type Answer, type Call, routeCaller } from './route-caller.ts'

/** The routes that devices and those who look after them call. */
export const { call, handle } = routeCaller({
  '/.well-known/jwks.json': jwks,
  '/.well-known/latchkey.json': wellKnown,
  '/v3/activations': activations,
  '/v3/activations/[id]': activation,
  '/v3/activations/[id]/deactivate': deactivate,
  '/v3/me/activations': myActivations,
  '/v3/me/activations/[id]': myActivation,
})

/** What a device sends, in the shape of the original's native client. */
export function deviceBody(fields: Record<string, unknown>): Record<string, unknown> {
  return {
    accountId: '',
    os: 'linux',
    osVersion: 'Debian GNU/Linux 12 (bookworm)',
    floating: false,
    fingerprint: fingerprint(1),
    userHash: 'AB'.repeat(32),
    vmName: '',
    container: false,
    appVersion: '',
    releaseVersion: '1.2.3',
    releasePlatform: '',
    releaseChannel: '',
    hostname: 'workstation',
    clientVersion: '3.34.2',
    leaseDuration: 0,
    email: '',
    password: '',
    metadata: [],
    meterAttributes: [],
    ...fields,
  }
}

/** The fingerprint of the n-th device. */
export function fingerprint(device: number): string {
  return device.toString(16).padStart(64, '0')
}

export interface Device {
  productId: string
  key: string
}

export function activate(
  of: Device,
  fields: Record<string, unknown> = {},
  options: Omit<Call, 'body' | 'method'> = {},
): Promise<Answer> {
  return call('/v3/activations', { ...options, body: deviceBody({ ...of, ...fields }) })
}

export function sync(
  id: string,
  of: Device,
  fields: Record<string, unknown> = {},
  options: Omit<Call, 'body' | 'method'> = {},
): Promise<Answer> {
  const body = deviceBody({ ...of, ...fields })
  return call(`/v3/activations/${id}`, { ...options, method: 'PATCH', body })
}

/** The token of an answer. */
export function tokenOf(answer: Answer): string {
  const { body } = answer
  if (body && typeof body === 'object' && 'activationToken' in body) return String(body.activationToken)
  throw new Error(`no token in ${answer.status} ${JSON.stringify(body)}`)
}

/** What the token of an answer says; whether it is signed is `verified`'s business. */
export function claimsOf(answer: Answer): Record<string, unknown> {
  return decodeJwt(tokenOf(answer))
}

/** The activation that an answer is about. */
export function idOf(answer: Answer): string {
  return String(claimsOf(answer).aid)
}

/** Header and claims of a token that the key has signed, by a library that shares no code with the issuer's caller. */
export async function verified(answer: Answer, publicPem: string) {
  const token = tokenOf(answer)
  // The token's time is the server's, which a test may have moved.
  const { iat = 0 } = decodeJwt(token)
  const { payload } = await jwtVerify(token, await importSPKI(publicPem, 'RS256'), {
    algorithms: ['RS256'],
    currentDate: new Date(iat * 1000),
  })
  return { header: decodeProtectedHeader(token), payload }
}
