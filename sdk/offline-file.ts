import { createDecipheriv, createHash, verify } from 'node:crypto'
import { type Entitled, type Entitlement, entitled } from './entitlements.ts'
import { isJsonObject, type JsonObject, objectsOf, parseJson, textOf } from './json.ts'
import { sameText } from './same-text.ts'
import { keysFor, type TrustedKey } from './trusted-key.ts'
import { sameKey, spellingsOf } from './typed-key.ts'

export type FileKind = 'license' | 'machine'

/** Why a file proves nothing here, in the order of the checks. */
export type FileRefusal =
  | 'FILE_MALFORMED'
  | 'ALGORITHM_NOT_ALLOWED'
  | 'SIGNATURE_INVALID'
  | 'SECRET_WRONG'
  | 'CONTENT_INVALID'
  | 'KEY_ID_MISMATCH'
  | 'PRODUCT_MISMATCH'
  | 'LICENSE_KEY_MISMATCH'
  | 'FINGERPRINT_MISMATCH'

/** What a file must be bound to. Null or absent values are not checked. */
export type FileBinding = {
  accountKeys: readonly TrustedKey[]
  productId: string | null
  /** As people type it. Needed to open an encrypted file. */
  licenseKey?: string | undefined
  fingerprint?: string | undefined
}

/** The content of a genuine file. Times in unix seconds; 0 = none. */
export type FileContent = Entitled & {
  kind: FileKind
  kid: string
  productId: string
  issuedAt: number
  expiresAt: number
  license: {
    id: string
    key: string
    name: string
    status: string
    suspended: boolean
    effectiveAt: number
    /** The end of its grace after expiry. */
    expiresAt: number
  }
  /** Of a machine file. */
  device: { id: string; fingerprint: string; name: string } | null
  /** As signed, for what is not named here. */
  data: JsonObject
  included: JsonObject[]
}

export type FileVerdict = { ok: true; content: FileContent } | { ok: false; reason: FileRefusal }

const FRAME = /^-----BEGIN (LICENSE|MACHINE) FILE-----\n([A-Za-z0-9+/=\n]+)\n-----END \1 FILE-----\n*$/

/**
 * Proves without a server that a license or machine file was signed with one of the account's keys, for this product, this
 * key and this computer. Says nothing about time: that is `judgeFile`.
 */
export function verifyFile(text: string, kind: FileKind, binding: FileBinding): FileVerdict {
  const [, title, body = ''] = FRAME.exec(text.replace(/\r\n?/g, '\n').trimStart()) ?? []
  const envelope = parseJson(Buffer.from(body, 'base64').toString('utf8'))
  if (title !== kind.toUpperCase() || !isJsonObject(envelope)) return refuse('FILE_MALFORMED')
  const [enc, sig, alg] = [textOf(envelope, 'enc'), textOf(envelope, 'sig'), textOf(envelope, 'alg')]
  // Ours to choose, never the file's.
  if (alg !== 'aes-256-gcm+ed25519' && alg !== 'base64+ed25519') return refuse('ALGORITHM_NOT_ALLOWED')
  const kid = textOf(envelope, 'kid') || null
  const signed = Buffer.from(`${kind}/${enc}`)
  const signature = Buffer.from(sig, 'base64')
  const isSigned = keysFor(binding.accountKeys, kid).some(({ key }) => verify(null, signed, key, signature))
  if (!isSigned) return refuse('SIGNATURE_INVALID')

  const clear = alg === 'base64+ed25519' ? Buffer.from(enc, 'base64') : decrypt(enc, kind, binding)
  if (!clear) return refuse('SECRET_WRONG')
  const content = readContent(kind, parseJson(clear.toString('utf8')))
  if (!content) return refuse('CONTENT_INVALID')
  // The envelope is not signed: the key's name counts where the signature covers it.
  if (kid !== null && kid !== content.kid) return refuse('KEY_ID_MISMATCH')
  const { productId, licenseKey, fingerprint } = binding
  if (productId !== null && !sameText(content.productId, productId)) return refuse('PRODUCT_MISMATCH')
  if (licenseKey !== undefined && !sameKey(content.license.key, licenseKey)) {
    return refuse('LICENSE_KEY_MISMATCH')
  }
  if (content.device && fingerprint !== undefined && !sameText(content.device.fingerprint, fingerprint)) {
    return refuse('FINGERPRINT_MISMATCH')
  }
  return { ok: true, content }
}

function refuse(reason: FileRefusal): FileVerdict {
  return { ok: false, reason }
}

function decrypt(enc: string, kind: FileKind, { licenseKey = '', fingerprint = '' }: FileBinding) {
  const parts = enc.split('.').map((part) => Buffer.from(part, 'base64'))
  const [data, iv, tag] = parts
  if (parts.length !== 3 || !data || iv?.length !== 12 || tag?.length !== 16) return null
  for (const spelling of spellingsOf(licenseKey)) {
    const secret = kind === 'license' ? spelling : spelling + fingerprint
    const key = createHash('sha256').update(secret).digest()
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
      decipher.setAuthTag(tag)
      return Buffer.concat([decipher.update(data), decipher.final()])
    } catch {
      // Made with another spelling of the key, or with another key.
    }
  }
  return null
}

/** Strict: what is missing must not read as "never expires" or "not suspended". */
function readContent(kind: FileKind, payload: unknown): FileContent | null {
  if (!isJsonObject(payload)) return null
  const { data, meta } = payload
  if (!isJsonObject(data) || !isJsonObject(meta)) return null
  const included = objectsOf(payload, 'included')
  const resource = kind === 'license' ? data : included.find(({ type }) => type === 'licenses')
  const license = resource && readLicense(resource)
  const device = kind === 'machine' ? readDevice(data) : null
  const [issuedAt, expiresAt] = [instant(meta.issued), instant(meta.expiry)]
  const [kid, productId] = [textOf(meta, 'kid'), textOf(meta, 'aud')]
  if (!license || (kind === 'machine' && !device) || !issuedAt || !expiresAt || !kid || !productId)
    return null
  const entitlements = included.filter(({ type }) => type === 'entitlements').map(readEntitlement)
  const content = { kind, kid, productId, issuedAt, expiresAt, license, device, entitlements, data, included }
  return entitled(content, null)
}

function readLicense({ id, type, attributes }: JsonObject): FileContent['license'] | null {
  if (typeof id !== 'string' || type !== 'licenses' || !isJsonObject(attributes)) return null
  const { suspended, expiryGracePeriod: grace } = attributes
  const [expiresAt, effectiveAt] = [instant(attributes.expiry), instant(attributes.effective)]
  const [key, status] = [textOf(attributes, 'key'), textOf(attributes, 'status')]
  if (!key || !status || typeof suspended !== 'boolean') return null
  if (expiresAt === undefined || effectiveAt === undefined) return null
  if (typeof grace !== 'number' || !Number.isFinite(grace) || grace < 0) return null
  const name = textOf(attributes, 'name')
  return { id, key, name, status, suspended, effectiveAt, expiresAt: expiresAt && expiresAt + grace }
}

function readDevice({ id, type, attributes }: JsonObject): FileContent['device'] {
  if (typeof id !== 'string' || type !== 'machines' || !isJsonObject(attributes)) return null
  const fingerprint = textOf(attributes, 'fingerprint')
  return fingerprint ? { id, fingerprint, name: textOf(attributes, 'name') } : null
}

function readEntitlement({ attributes }: JsonObject): Entitlement {
  const entry = isJsonObject(attributes) ? attributes : {}
  const name = textOf(entry, 'code')
  // One whose end cannot be read has ended.
  const ends = instant(entry.expiry) ?? 1
  return {
    name,
    displayName: textOf(entry, 'name') || name,
    value: textOf(entry, 'value'),
    expiresAt: ends === 0 ? null : new Date(ends * 1000),
  }
}

/** Unix seconds; 0 for null; undefined for what is no time. */
function instant(value: unknown): number | undefined {
  if (value === null) return 0
  const milliseconds = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000
}
