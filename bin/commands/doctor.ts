import { ensureFirstAccount } from '#lib/accounts/first-account.ts'
import { authorize } from '#lib/auth/authorize.ts'
import { consoleContext } from '#lib/auth/console-context.ts'
import { examine } from '#lib/doctor/examine.ts'
import type { Command } from '../command.ts'

/** `doctor` */
export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor',
  summary: 'checks configuration and invariants; exit code 1 when something is wrong',
  async run(_args, { db, now }) {
    const accountId = await ensureFirstAccount(db, now)
    const findings = await examine(authorize(consoleContext(accountId), 'system:work'))
    for (const { name, ok, detail } of findings) {
      process.stdout.write(`${ok ? 'ok  ' : 'FAIL'}  ${name}${detail ? `: ${detail}` : ''}\n`)
    }
    return findings.every(({ ok }) => ok) ? 0 : 1
  },
}
