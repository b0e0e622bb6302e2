/** A backup or restore that was refused: the message is a sentence for whoever ran the command. */
export class BackupError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'BackupError'
  }
}

/** The file is not what was written. */
export class Damage extends Error {}
