import { randomInt } from 'node:crypto'
import { hashToken } from '#lib/core/crypto/token.ts'
import { canonicalSecret } from '#lib/core/typed-secret.ts'

const HOW_MANY = 10
/** Letters and digits that cannot be confused. 16 characters out of 32 are 80 bits. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const LENGTH = 16

/** A set of fresh codes, in groups of four: `K7QM-2XPA-…`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: HOW_MANY }, newRecoveryCode)
}

function newRecoveryCode(): string {
  const letters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return letters.match(/.{4}/g)?.join('-') ?? letters
}

/** The hash under which a code is stored and looked up, with its user, regardless of case and grouping. */
export function hashRecoveryCode(userId: string, typed: string): string {
  return hashToken(
    `${userId} ${canonicalSecret(typed)
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, '')}`,
  )
}
