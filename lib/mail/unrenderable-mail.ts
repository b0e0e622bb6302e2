/**
 * A mail that cannot be rendered. It fails at once, because no later attempt can help. A transient failure is tried a few times
 * more. The message is shown to operators.
 */
export class UnrenderableMail extends Error {
  readonly isTransient: boolean

  constructor(message: string, options: { cause?: unknown; isTransient?: boolean } = {}) {
    super(message, options)
    this.name = 'UnrenderableMail'
    this.isTransient = options.isTransient ?? false
  }

  /** Whether an attempt after this many may render it. */
  mayBeTriedAfter(attempts: number): boolean {
    return this.isTransient && attempts < TRANSIENT_ATTEMPTS
  }
}

/** Each attempt costs the rendering thread a second, so a slow template is not tried for days. */
const TRANSIENT_ATTEMPTS = 4
