import { env } from './env.ts'

/** Points at which a test may end the process, to prove that a restart finishes the work. */
export type CrashPoint =
  | 'after-insert'
  | 'after-session'
  | 'after-fetch'
  | 'after-license'
  | 'after-refund'
  | 'before-commit'
  | 'webhook-sent'

/** Ends the process as a power cut would, if `CRASH_AT` names this point. Only in test mode; otherwise it does nothing. */
export function crashPoint(name: CrashPoint): void {
  const { BILLING_MODE, CRASH_AT } = env()
  if (BILLING_MODE === 'test' && CRASH_AT === name) process.kill(process.pid, 'SIGKILL')
}
