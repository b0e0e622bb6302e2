/**
 * One process holds two copies of every module (Next's bundle and the native server), and only `globalThis` is shared.
 * Whatever must exist once per process lives in a slot.
 */
export interface ProcessSlot<T> {
  get(): T | undefined
  set(value: T | undefined): void
}

/** Opens the process-wide slot of that name. */
export function processSlot<T>(name: string): ProcessSlot<T> {
  const store = globalThis as { [slot: symbol]: T | undefined }
  const key = Symbol.for(`latchkey.${name}`)
  return {
    get: () => store[key],
    set: (value) => {
      store[key] = value
    },
  }
}
