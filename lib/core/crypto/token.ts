import { createHash, randomBytes } from 'node:crypto'

/** A fresh 256-bit token (43 base64url characters) behind a prefix that says what it is. */
export function newToken(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** How tokens are stored and looked up: SHA-256, hex. 256 random bits need no slow hash. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Prefix of personal access tokens. */
export const PAT_PREFIX = 'lk_pat_'
/** Prefix of users' access tokens. */
export const USER_TOKEN_PREFIX = 'lk_usr_'

/** A personal access token: prefix, 256 bits, and an 8-character checksum, so that scanners and typos are told apart. */
export function newPersonalAccessToken(): string {
  const body = newToken(PAT_PREFIX)
  return body + checksum(body)
}

/** Whether the text has the form of a personal access token and its checksum fits. */
export function isPersonalAccessToken(text: string): boolean {
  return text.startsWith(PAT_PREFIX) && text.length > 20 && checksum(text.slice(0, -8)) === text.slice(-8)
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 8)
}
