import { constants, createDecipheriv, type KeyObject, privateDecrypt } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '#lib/core/errors.ts'
import { id } from '#lib/core/input/fields.ts'
import { ActivationInput } from '../activations/activation-input.ts'
import { TrialInput } from '../trials/trial-input.ts'

/** The content of an offline request. */
const OfflineRequest = z.discriminatedUnion('type', [
  ActivationInput.extend({ type: z.literal('activate'), requestId: id() }),
  z.object({
    type: z.literal('deactivate'),
    activationId: id(),
    productId: z.string(),
    key: z.string(),
    fingerprint: z.string(),
  }),
  TrialInput.extend({ type: z.literal('trial'), requestId: id() }),
])
export type OfflineRequest = z.output<typeof OfflineRequest>

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/**
 * Reads a request file: `wrapped.iv.ciphertext`, each in base64. The session key (AES-256) is wrapped with one of the
 * product's keys (RSA-OAEP, SHA-256 for digest and mask), the 16 bytes of the IV are written as 32 hexadecimal characters,
 * the ciphertext is AES-256-GCM with its 16-byte tag at the end. Line breaks and spaces between do no harm.
 * @throws INVALID_OFFLINE_REQUEST, always with the same words: a guess learns nothing
 */
export function openOfflineRequest(text: string, keys: readonly KeyObject[]): OfflineRequest {
  const parts = text.replace(/\s+/g, '').split('.')
  const [wrapped, ivText, data] = parts.map((part) => Buffer.from(part, 'base64'))
  if (parts.length !== 3 || !parts.every((part) => BASE64.test(part)) || !wrapped || !ivText || !data) {
    throw unreadable()
  }
  const iv = Buffer.from(ivText.toString('latin1'), 'hex')
  const sessionKey = unwrap(wrapped, keys)
  if (sessionKey?.length !== 32 || iv.length !== 16 || data.length <= 16) throw unreadable()
  const parsed = OfflineRequest.safeParse(decrypt(data, sessionKey, iv))
  if (!parsed.success) throw unreadable(parsed.error)
  return parsed.data
}

function unwrap(wrapped: Buffer, keys: readonly KeyObject[]): Buffer | undefined {
  for (const key of keys) {
    try {
      return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, wrapped)
    } catch {
      // The session key may be wrapped with another key: an older one of this product, or another product's.
    }
  }
  return undefined
}

function decrypt(data: Buffer, key: Buffer, iv: Buffer): unknown {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv)
    decipher.setAuthTag(data.subarray(-16))
    const text = Buffer.concat([decipher.update(data.subarray(0, -16)), decipher.final()])
    return JSON.parse(text.toString('utf8'))
  } catch (cause) {
    throw unreadable(cause)
  }
}

/** The same answer for every unreadable request, whatever failed. */
export function unreadable(cause?: unknown): AppError {
  return new AppError(
    'INVALID_OFFLINE_REQUEST',
    'This is not a request that an application of this license made. Make a new one on the device.',
    { cause },
  )
}
