import forge from 'node-forge'
import type { Verdict, VerifyRequest } from './request.ts'

/** Verifies with node-forge, whose ciphers and signatures are JavaScript of its own. */
export function verifyWithForge(request: VerifyRequest): Verdict {
  return request.kind === 'token' ? verifyToken(request) : verifyFile(request)
}

const refuse = (reason: string): Verdict => ({ ok: false, reason })
const { decode64, decodeUtf8, hexToBytes } = forge.util

function verifyFile({ kind, text, keys, productId, licenseKey, fingerprint, now }: VerifyRequest): Verdict {
  const lines = text.split('\n')
  const title = `${kind.toUpperCase()} FILE`
  const isFramed = lines.shift() === `-----BEGIN ${title}-----` && lines.pop() === ''
  if (!isFramed || lines.pop() !== `-----END ${title}-----`) return refuse('frame')
  const envelope = JSON.parse(decodeUtf8(decode64(lines.join(''))))
  const bound = keys.find(({ kid }) => kid === envelope.kid)
  if (!bound) return refuse('key')
  const isSigned = forge.pki.ed25519.verify({
    message: `${kind}/${envelope.enc}`,
    encoding: 'utf8',
    publicKey: forge.util.createBuffer(hexToBytes(bound.hex)),
    signature: forge.util.createBuffer(decode64(envelope.sig)),
  })
  if (!isSigned) return refuse('signature')
  const secret = licenseKey + (kind === 'machine' ? fingerprint : '')
  const clear = envelope.alg === 'base64+ed25519' ? decode64(envelope.enc) : decrypt(envelope.enc, secret)
  if (clear === null) return refuse('secret')
  const payload = JSON.parse(decodeUtf8(clear))
  if (payload.meta.kid !== envelope.kid) return refuse('key')
  if (payload.meta.aud !== productId) return refuse('audience')
  if (now < payload.meta.issued || now >= payload.meta.expiry) return refuse('time')
  return { ok: true, payload }
}

function decrypt(enc: string, secret: string): string | null {
  const [data = '', iv = '', tag = ''] = enc.split('.').map((part) => decode64(part))
  const key = forge.md.sha256.create().update(secret, 'utf8').digest().getBytes()
  const decipher = forge.cipher.createDecipher('AES-GCM', key)
  decipher.start({ iv, tag: forge.util.createBuffer(tag), tagLength: 128 })
  decipher.update(forge.util.createBuffer(data))
  return decipher.finish() ? decipher.output.getBytes() : null
}

function verifyToken({ text, keys, productId, fingerprint }: VerifyRequest): Verdict {
  const [header = '', payload = '', signature = ''] = text.split('.')
  const head = JSON.parse(decodeUrl(header))
  if (head.alg !== 'RS256') return refuse('algorithm')
  const bound = keys.find(({ kid }) => kid === head.kid)
  if (!bound) return refuse('key')
  const key: forge.pki.rsa.PublicKey = forge.pki.publicKeyFromPem(bound.pem)
  const digest = forge.md.sha256.create().update(`${header}.${payload}`).digest().getBytes()
  if (!isSigned(key, digest, decode64(toBase64(signature)))) return refuse('signature')
  const claims = JSON.parse(decodeUtf8(decode64(toBase64(payload))))
  if (claims.pid !== productId) return refuse('audience')
  if (claims.fp !== fingerprint) return refuse('secret')
  return { ok: true, payload: claims }
}

/** forge throws where the padding is wrong. */
function isSigned(key: forge.pki.rsa.PublicKey, digest: string, signature: string): boolean {
  try {
    return key.verify(digest, signature)
  } catch {
    return false
  }
}

const toBase64 = (part: string) =>
  part
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .padEnd(Math.ceil(part.length / 4) * 4, '=')
const decodeUrl = (part: string) => decodeUtf8(decode64(toBase64(part)))
