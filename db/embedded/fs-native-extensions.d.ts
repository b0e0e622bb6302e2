/** The package brings no types. */
declare module 'fs-native-extensions' {
  /** Locks an open file for this descriptor alone; false when another descriptor holds it. */
  export function tryLock(file: number): boolean
}
