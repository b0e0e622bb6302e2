/** A mail that no later attempt can render: it fails at once. The message is shown to operators. */
export class UnrenderableMail extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = 'UnrenderableMail'
  }
}
