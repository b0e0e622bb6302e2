// What a process that serves is started with. The start scripts and the benchmark read this before anything is
// installed: plain JavaScript, no imports.

/**
 * V8's flags for the command line of a process that serves; none with `TUNING=off`.
 * @param {Record<string, string | undefined>} environment
 */
export function v8Flags(environment) {
  if (isOff(environment)) return []
  return [
    // How much the heap may grow over what lives in it before it is collected: V8's own choice depends on the machine.
    '--heap-growing-percent=50',
    // Nearly nothing outlives a collection of young objects: waiting for others to help would take longer than the work.
    '--no-parallel-scavenge',
    // For drop-start-up.ts.
    '--expose-gc',
  ]
}

/**
 * What the C library is told by the environment: it keeps what threads free in a heap for each of them, and with more than
 * two it holds on to memory for nothing. Nothing with `TUNING=off`.
 * @param {Record<string, string | undefined>} environment
 */
export function mallocSettings(environment) {
  return isOff(environment) ? {} : { MALLOC_ARENA_MAX: environment.MALLOC_ARENA_MAX ?? '2' }
}

function isOff({ TUNING }) {
  return TUNING?.trim() === 'off'
}
