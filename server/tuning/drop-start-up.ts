/**
 * Lets go of what loading left behind, which is most of a fresh process (250 of 390 MiB) and which V8 would keep on a machine
 * with room. Takes a tenth of a second. Nothing happens where `--expose-gc` was not given (start-flags.mjs).
 */
export function dropStartUp(): void {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
