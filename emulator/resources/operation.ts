import { invalidParam } from '../http/errors.ts'
import type { Params } from '../http/params.ts'
import type { View, Work } from '../work.ts'

type Path = Record<string, string>

export type Operation =
  | { kind: 'query'; run(view: View, params: Params, path: Path): Promise<object> }
  | { kind: 'command'; run(work: Work, params: Params, path: Path): Promise<object> }

/**
 * An operation that only reads. `P` is the SDK's parameter type: the contract file is derived from the same
 * declarations, so what `readParams` let through has that shape.
 */
export function query<P>(run: (view: View, params: P, path: Path) => Promise<object>): Operation {
  return { kind: 'query', run: (view, params, path) => run(view, params as P, path) }
}

/** An operation that writes, in one transaction with its events. */
export function command<P>(run: (work: Work, params: P, path: Path) => Promise<object>): Operation {
  return { kind: 'command', run: (work, params, path) => run(work, params as P, path) }
}

/** Refuses, by name, a documented parameter that the emulator doesn't act on: silence would hide a difference. */
export function supportOnly(params: object, supported: readonly string[]): void {
  for (const name of Object.keys(params)) {
    if (name === 'expand' || supported.includes(name)) continue
    throw invalidParam(`The emulator does not support the parameter ${name} here.`, name)
  }
}
