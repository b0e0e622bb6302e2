import { sql } from 'drizzle-orm'
import { ensureFirstAccount } from '#lib/accounts/first-account.ts'
import { authorize } from '#lib/auth/authorize.ts'
import { consoleContext } from '#lib/auth/console-context.ts'
import { examine, examineAccount } from '#lib/doctor/examine.ts'
import type { Finding } from '#lib/doctor/finding.ts'
import type { Command } from '../command.ts'

/** `doctor` */
export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor',
  summary: 'checks configuration and invariants; exit code 1 when something is wrong',
  async run(_args, { db, now }) {
    const accountId = await ensureFirstAccount(db, now)
    const findings = await examine(authorize(consoleContext(accountId), 'system:work'))
    report(findings)
    const others = await db.execute<{ id: string; alias: string }>(
      sql`select id, alias from accounts where id <> ${accountId} order by created_at`,
    )
    for (const { id, alias } of others) {
      const found = await examineAccount(authorize(consoleContext(id), 'system:work'))
      report(found, `${alias}: `)
      findings.push(...found)
    }
    return findings.every(({ ok }) => ok) ? 0 : 1
  },
}

function report(findings: readonly Finding[], prefix = ''): void {
  for (const { name, ok, detail } of findings) {
    process.stdout.write(`${ok ? 'ok  ' : 'FAIL'}  ${prefix}${name}${detail ? `: ${detail}` : ''}\n`)
  }
}
