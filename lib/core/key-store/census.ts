import { derivedKeys } from '../crypto/keyring.ts'
import { kidOf } from '../crypto/seal.ts'
import { readSealed, type SealedColumn, type SealedRow } from './sealed-columns.ts'

/** Values tried for each column and entry: the first may be the one that is damaged. */
const TRIED = 5

/**
 * Counts sealed values by the entry of SECRET_KEY that sealed them, and opens some of each. It tells whether a database without
 * canaries belongs to this SECRET_KEY.
 */
export class Census {
  readonly #own = new Set(derivedKeys('canary').map(({ kid }) => kid))
  readonly #counts = new Map<string, number>()
  readonly #tries = new Map<string, number>()
  #opened = 0

  /** Counts values; `row` is one of them, to be tried. */
  count(target: SealedColumn, kid: string, values = 1, row?: SealedRow): void {
    this.#counts.set(kid, (this.#counts.get(kid) ?? 0) + values)
    if (row) this.try(target, row)
  }

  try(target: SealedColumn, row: SealedRow): void {
    const kid = kidOf(row.sealed)
    if (!this.#own.has(kid)) return
    const name = `${target.table}.${target.column} ${kid}`
    const tries = this.#tries.get(name) ?? 0
    if (tries >= TRIED) return
    this.#tries.set(name, tries + 1)
    if (readSealed(target, row) !== undefined) this.#opened += 1
  }

  /** The entries that seal some of it; undefined when most of it is sealed under other keys, or nothing tried opened. */
  kids(): string[] | undefined {
    const ours = [...this.#counts].filter(([kid]) => this.#own.has(kid))
    const theirs = [...this.#counts].filter(([kid]) => !this.#own.has(kid))
    const sum = (counts: typeof ours) => counts.reduce((total, [, count]) => total + count, 0)
    if (sum(theirs) > sum(ours) || (ours.length > 0 && this.#opened === 0)) return undefined
    return ours.map(([kid]) => kid)
  }
}
