import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import { z } from 'zod'
import { fieldError } from '#lib/core/errors.ts'
import { secret } from '#lib/core/input/secret.ts'
import { normalize } from '#lib/core/normalize.ts'

/** Characters (code points, after NFC). */
const MIN_LENGTH = 8
const MAX_LENGTH = 128
/** Of zxcvbn's 0 to 4: 2 withstands about 10^8 guesses, far beyond what throttles and lockout let anybody try. */
const MIN_SCORE = 2
/** Length of the parts in which a password is estimated, characters. */
const ESTIMATED_LENGTH = 48

let estimator: ZxcvbnFactory | undefined

/** A password in a form or body. Longer text is refused here, before anything is hashed. */
export const passwordInput = () =>
  secret(
    z
      .string('a password is expected, as text')
      .min(1, 'a password is required')
      .max(4 * MAX_LENGTH, `must have at most ${MAX_LENGTH} characters`),
  )

/** What a password must not be made of, and the account's own minimum. */
export interface PasswordRules {
  /** Words that an attacker would try first: the person's address and names, the vendor's name. */
  context: readonly string[]
  /** The account's setting, if it raises the least length. */
  minLength?: number | undefined
}

/**
 * Checks a new password: length, no NUL, neither common nor made of context words nor otherwise easily guessed. No
 * composition rules; every character counts as typed.
 * @throws INVALID_INPUT naming the field
 */
export function checkNewPassword(password: string, rules: PasswordRules, field = 'password'): void {
  const text = normalize(password, 'NFC')
  const length = [...text].length
  const least = Math.min(Math.max(MIN_LENGTH, rules.minLength ?? 0), MAX_LENGTH)
  if (length < least) throw fieldError(field, `must have at least ${least} characters`)
  if (length > MAX_LENGTH) throw fieldError(field, `must have at most ${MAX_LENGTH} characters`)
  if (text.includes('\0')) throw fieldError(field, 'must not hold a NUL character')
  const context = rules.context.flatMap((word) => [word, ...word.split('@')].flatMap(spellings))
  const words = context.map((word) => word.toLowerCase()).filter((word) => word.length >= 3)
  // A password is never easier to guess than a part of it. Estimating a long one takes a third of a second, so parts are
  // estimated.
  const isGuessable = [text.slice(0, ESTIMATED_LENGTH), text.slice(ESTIMATED_LENGTH).slice(-ESTIMATED_LENGTH)]
    .filter((part) => part !== '')
    .every((part) => estimate(part, words) < MIN_SCORE)
  if (isGuessable) {
    throw fieldError(field, 'is too easy to guess: use a longer phrase, or words that nobody would expect')
  }
}

function estimate(text: string, words: string[]): number {
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: MAX_LENGTH })
  return estimator.check(text, words).score
}

/** `Acme Software` counts as a whole, without the space, and word by word. */
function spellings(phrase: string): string[] {
  const parts = phrase.split(/[^\p{L}\p{N}]+/u)
  return [phrase, parts.join(''), ...parts]
}
