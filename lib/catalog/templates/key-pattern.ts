import { randomInt } from 'node:crypto'
import tokenize, { types } from 'ret'
import type { SetTokens, Token, Tokens } from 'ret/dist/types/tokens.js'
import { canonicalSecret } from '#lib/core/typed-secret.ts'

/** Lengths that every client of the API takes (contract §4.3). */
export const KEY_LENGTH = { min: 16, max: 256 } as const
/** Random bits of every key that stay hidden, because strangers may guess. */
export const MIN_HIDDEN_BITS = 64
/** Characters of keys: printable ASCII without the space, so that they survive mail and typing. */
const FIRST = 33
const LAST = 126
const REPETITION_LIMIT = KEY_LENGTH.max

/** A key pattern that can be generated from. */
export interface KeyPattern {
  /** A fresh key, every choice made by the system's secure random source. */
  generate(): string
  /** Least entropy of a key in its canonical form, bits. Case, dashes and quotes do not count. */
  bits: number
}

/** Why a pattern cannot be used: a sentence for the field's error. */
export class KeyPatternError extends Error {}

interface Part {
  minLength: number
  maxLength: number
  bits: number
  generate(): string
}

/**
 * Compiles the regular expressions that keys are generated from: characters, sets, groups, alternatives and bounded
 * repetition. Looking around, references and unbounded repetition have no meaning for generating and are refused.
 * @throws KeyPatternError when it is none of these, makes keys of other lengths than 16 to 256, or leaves too little to chance
 */
export function compileKeyPattern(pattern: string): KeyPattern {
  const compiled = storedKeyPattern(pattern)
  if (compiled.bits < MIN_HIDDEN_BITS) {
    throw new KeyPatternError(
      `leaves only ${Math.floor(compiled.bits)} random bits in a key, not counting case, dashes and quotes; at least ${MIN_HIDDEN_BITS} are needed`,
    )
  }
  return compiled
}

/**
 * A pattern that a template holds already. A weaker one from before this rule still makes keys, so that buyers get theirs.
 * @throws KeyPatternError for what no template could hold
 */
export function storedKeyPattern(pattern: string): KeyPattern {
  if (pattern.length > 200) throw new KeyPatternError('must have at most 200 characters')
  const part = compile(parse(pattern))
  if (part.minLength < KEY_LENGTH.min || part.maxLength > KEY_LENGTH.max) {
    throw new KeyPatternError(
      `makes keys that are not ${KEY_LENGTH.min} to ${KEY_LENGTH.max} characters long`,
    )
  }
  return { generate: () => part.generate(), bits: part.bits }
}

function parse(pattern: string): Tokens {
  try {
    return tokenize(pattern)
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new KeyPatternError('is not a regular expression that keys can be made from')
    throw error
  }
}

function compile(token: Tokens): Part {
  switch (token.type) {
    case types.ROOT:
      return branches(token)
    case types.GROUP:
      if (token.followedBy || token.notFollowedBy || token.lookBehind) {
        throw new KeyPatternError('may not look ahead or behind')
      }
      return branches(token)
    case types.POSITION:
      if (token.value !== '^' && token.value !== '$')
        throw new KeyPatternError('may not test for word boundaries')
      return { minLength: 0, maxLength: 0, bits: 0, generate: () => '' }
    case types.CHAR:
      return oneOf([token.value])
    case types.SET:
      return oneOf(charactersOf(token.set, token.not))
    case types.REPETITION:
      return repeated(compile(token.value), token.min, token.max)
    case types.REFERENCE:
      throw new KeyPatternError('may not refer back to a group')
  }
}

function branches(token: { stack?: Token[]; options?: Token[][] }): Part {
  const parts = (token.options ?? [token.stack ?? []]).map((branch) => sequence(branch.map(compile)))
  const [only] = parts
  if (parts.length === 1 && only) return only
  return {
    minLength: Math.min(...parts.map((part) => part.minLength)),
    maxLength: Math.max(...parts.map((part) => part.maxLength)),
    // Two branches may produce the same text, so the choice between them adds no entropy.
    bits: Math.min(...parts.map((part) => part.bits)),
    generate: () => parts[randomInt(parts.length)]?.generate() ?? '',
  }
}

function sequence(parts: Part[]): Part {
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0)
  return {
    minLength: sum((part) => part.minLength),
    maxLength: sum((part) => part.maxLength),
    bits: sum((part) => part.bits),
    generate: () => parts.map((part) => part.generate()).join(''),
  }
}

function repeated(part: Part, min: number, max: number | null): Part {
  if (max === null || !Number.isFinite(max))
    throw new KeyPatternError('may not repeat without bound (* or +)')
  if (max > REPETITION_LIMIT) throw new KeyPatternError(`may not repeat more than ${REPETITION_LIMIT} times`)
  if (part.maxLength === 0) throw new KeyPatternError('may not repeat nothing')
  return {
    minLength: part.minLength * min,
    maxLength: part.maxLength * max,
    bits: part.bits * min,
    generate: () => Array.from({ length: randomInt(min, max + 1) }, () => part.generate()).join(''),
  }
}

function oneOf(codes: number[]): Part {
  if (codes.length === 0 || codes.some((code) => code < FIRST || code > LAST)) {
    throw new KeyPatternError('may only make printable ASCII characters without spaces')
  }
  return {
    minLength: 1,
    maxLength: 1,
    bits: canonicalBits(codes),
    generate: () => String.fromCharCode(codes[randomInt(codes.length)] ?? FIRST),
  }
}

/**
 * Entropy of a choice among these in the canonical form, bits, by the likeliest guess. Dashes add nothing: a guess need not
 * place them.
 */
function canonicalBits(codes: number[]): number {
  const forms = codes.map((code) => canonicalSecret(String.fromCharCode(code)))
  const counts = new Map<string, number>()
  for (const form of forms) counts.set(form, (counts.get(form) ?? 0) + 1)
  const vanishing = counts.get('') ?? 0
  counts.delete('')
  const likeliest = vanishing + Math.max(0, ...counts.values())
  return Math.log2(codes.length / likeliest)
}

const bitsOfPattern = new Map<string, number>()
const PATTERNS_KEPT = 1_000

/** The entropy of a template's pattern, cached because each license needs it. Zero for an unreadable pattern. */
export function keyPatternBits(pattern: string): number {
  const known = bitsOfPattern.get(pattern)
  if (known !== undefined) return known
  let bits = 0
  try {
    bits = storedKeyPattern(pattern).bits
  } catch (error) {
    if (!(error instanceof KeyPatternError)) throw error
  }
  if (bitsOfPattern.size >= PATTERNS_KEPT) bitsOfPattern.clear()
  bitsOfPattern.set(pattern, bits)
  return bits
}

/** The characters a set allows; a negated one allows the rest of those that keys are made of. */
function charactersOf(set: SetTokens, negated: boolean): number[] {
  const has = (code: number) => set.some((token) => matches(token, code))
  const inAlphabet = alphabet.filter(has)
  if (negated) return alphabet.filter((code) => !has(code))
  const stray = set.find((token) => token.type === types.CHAR && !alphabet.includes(token.value))
  return stray ? [] : inAlphabet
}

function matches(token: SetTokens[number], code: number): boolean {
  switch (token.type) {
    case types.CHAR:
      return token.value === code
    case types.RANGE:
      return code >= token.from && code <= token.to
    case types.SET:
      return charactersOf(token.set, token.not).includes(code)
  }
}

const alphabet = Array.from({ length: LAST - FIRST + 1 }, (_, index) => FIRST + index)
