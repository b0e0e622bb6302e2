/**
 * A mail that cannot be rendered. No later attempt can, and it fails at once, unless it is transient: then it is tried a few
 * times more. The message is shown to operators.
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

/** Each costs a second of the thread that renders: a slow template must not take it for days. */
const TRANSIENT_ATTEMPTS = 4
