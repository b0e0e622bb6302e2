import { constants, createCipheriv, publicEncrypt, randomBytes, randomUUID } from 'node:crypto'
import type { ActivateOptions } from './activate.ts'
import { activationBody, deviceBody } from './activation-body.ts'
import type { LatchkeyContext } from './context.ts'
import { localError } from './errors.ts'
import { invalidState } from './license-state.ts'
import { readStoredToken } from './stored-token.ts'
import { trialIsNoLicense } from './trial.ts'
import type { TrustedKey } from './trusted-key.ts'

/**
 * Writes the request with which this computer is activated from another one that has a connection. Only the response to the
 * latest request is taken. Throws `MISSING_LICENSE_KEY`.
 */
export async function offlineRequest(
  ctx: LatchkeyContext,
  key: string,
  options: Pick<ActivateOptions, 'metadata' | 'leaseDuration'> = {},
): Promise<string> {
  const trimmed = key.trim()
  if (!trimmed) throw localError('MISSING_LICENSE_KEY', 'Please enter a license key.')
  const requestId = randomUUID()
  const body = await activationBody(ctx, { ...options, key: trimmed })
  await ctx.store.write('offline-request', requestId)
  await ctx.store.remove('offline-deactivation')
  return seal({ ...body, type: 'activate', requestId }, ctx.publicKeys)
}

/** The same for this computer's trial of the product, which needs no key. */
export async function offlineTrialRequest(
  ctx: LatchkeyContext,
  options: Pick<ActivateOptions, 'metadata'> = {},
): Promise<string> {
  const requestId = randomUUID()
  const body = await deviceBody(ctx, options.metadata)
  await ctx.store.write('offline-request', requestId)
  return seal({ ...body, type: 'trial', requestId }, ctx.publicKeys)
}

/**
 * Drops the token and writes the request with which the place of this computer is freed from another one. Until this computer
 * is activated again the same request can be had again. Throws `NOT_ACTIVATED`, or `UNTRUSTED_TOKEN` for a token that is not
 * this computer's.
 */
export async function offlineDeactivation(ctx: LatchkeyContext): Promise<string> {
  const stored = await readStoredToken(ctx)
  if (!stored) {
    const written = await ctx.store.read('offline-deactivation')
    if (written) return written
    throw localError('NOT_ACTIVATED', 'This computer is not activated.')
  }
  const { verdict } = stored
  if (!verdict.ok) throw localError('UNTRUSTED_TOKEN', invalidState(verdict.reason).message)
  if (verdict.claims.trial) throw trialIsNoLicense()
  const { activationId, productId, key, fingerprint } = verdict.claims
  const request = seal({ type: 'deactivate', activationId, productId, key, fingerprint }, ctx.publicKeys)
  await ctx.store.write('offline-deactivation', request)
  // A response that came before must not bring the license back.
  await ctx.store.remove('offline-request')
  await ctx.store.remove('license.jwt')
  return request
}

/**
 * `wrapped.iv.ciphertext`, each in base64: a fresh AES-256 key under the product's RSA key (OAEP with SHA-256), the 16 bytes of
 * the IV as 32 hexadecimal characters, AES-256-GCM with its 16-byte tag at the end.
 */
function seal(content: object, [newest]: readonly TrustedKey[]): string {
  if (!newest) throw localError('CONFIGURATION', 'Latchkey option "publicKey" must hold at least one key.')
  const sessionKey = randomBytes(32)
  const iv = randomBytes(16)
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const wrapped = publicEncrypt({ key: newest.key, padding, oaepHash: 'sha256' }, sessionKey)
  const cipher = createCipheriv('aes-256-gcm', sessionKey, iv)
  const data = [cipher.update(JSON.stringify(content), 'utf8'), cipher.final(), cipher.getAuthTag()]
  const parts = [wrapped, Buffer.from(iv.toString('hex')), Buffer.concat(data)]
  return parts.map((part) => part.toString('base64')).join('.')
}
