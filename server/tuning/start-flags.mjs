// Start options of a serving process. The start scripts and the benchmark read this before anything is installed: plain
// JavaScript, no imports.

/**
 * V8's flags for the command line of a process that serves; none with `TUNING=off`.
 * @param {Record<string, string | undefined>} environment
 */
export function v8Flags(environment) {
  if (isOff(environment)) return []
  return [
    // How much the heap may grow before it is collected. V8's own choice depends on the machine.
    '--heap-growing-percent=50',
    // Nearly nothing survives a collection of young objects, so waiting for helper threads takes longer than the work.
    '--no-parallel-scavenge',
    // For drop-start-up.ts.
    '--expose-gc',
  ]
}

/**
 * Environment variables for the C library. It keeps a heap per thread, and more than two hold memory without use. Nothing with
 * `TUNING=off`.
 * @param {Record<string, string | undefined>} environment
 */
export function mallocSettings(environment) {
  return isOff(environment) ? {} : { MALLOC_ARENA_MAX: environment.MALLOC_ARENA_MAX ?? '2' }
}

function isOff({ TUNING }) {
  return TUNING?.trim() === 'off'
}
