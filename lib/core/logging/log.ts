import pino from 'pino'
import { env } from '../env.ts'
import { processSlot } from '../process-slot.ts'
import { describeError } from './describe-error.ts'

const slot = processSlot<pino.Logger>('logger')

/** The process's logger: JSON lines on standard error, secrets blotted out wherever they stand. */
export function log(): pino.Logger {
  let logger = slot.get()
  if (!logger) {
    logger = pino(
      {
        level: env().LOG_LEVEL,
        serializers: { err: (error: unknown) => describeError(error) },
        redact: {
          paths: [
            'password',
            'token',
            'key',
            'secret',
            'authorization',
            'cookie',
            '*.password',
            '*.token',
            '*.key',
            '*.secret',
            '*.authorization',
            '*.cookie',
          ],
          censor: '[secret]',
        },
      },
      pino.destination({ dest: 2, sync: true }),
    )
    slot.set(logger)
  }
  return logger
}
