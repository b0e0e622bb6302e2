/** What a verifier is asked. It may trust `keys` alone, each for what names it. */
export interface VerifyRequest {
  kind: 'license' | 'machine' | 'token'
  text: string
  keys: { kid: string; pem: string; hex: string }[]
  productId: string
  licenseKey: string
  fingerprint: string
  /** ISO 8601 with milliseconds. */
  now: string
}

export type Verdict = { ok: true; payload: unknown } | { ok: false; reason: string }
