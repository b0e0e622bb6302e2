type Environment = Readonly<Record<string, string | undefined>>

/** V8's flags for the command line of a process that serves; none with `TUNING=off`. */
export function v8Flags(environment: Environment): string[]

/** What the C library is told by the environment; nothing with `TUNING=off`. */
export function mallocSettings(environment: Environment): { MALLOC_ARENA_MAX?: string }
