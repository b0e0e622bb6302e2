import { sql } from 'drizzle-orm'
import { authorize } from '#lib/core/authorize.ts'
import { consoleContext } from '#lib/core/system-context.ts'
import type { Finding } from '#lib/ops/doctor/checks.ts'
import { examine, examineAccount } from '#lib/ops/doctor/examine.ts'
import { resolveAccount } from '#lib/vendor/accounts/resolve-account.ts'
import { type Command, parseOptions, UsageError } from '../command.ts'

/** `doctor [--since [ALIAS:]SEQ:HASH]` */
export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor [--since [ALIAS:]SEQ:HASH]',
  summary: 'checks configuration and invariants; exit code 1 when something is wrong',
  async run(args, { db, named, account }) {
    const { values } = parseOptions(args, { since: { type: 'string' } })
    const told = values.since === undefined ? undefined : parseTold(values.since)
    const accountId = await account()
    const toldOf = told?.alias ? await resolveAccount({ accountAlias: told.alias }) : accountId
    const sinceOf = (id: string) => ({ since: id === toldOf ? told : undefined })
    if (named !== undefined) {
      const findings = await examineAccount(authorize(consoleContext(named), 'system:work'), sinceOf(named))
      report(findings)
      return findings.every(({ ok }) => ok) ? 0 : 1
    }
    const findings = await examine(authorize(consoleContext(accountId), 'system:work'), sinceOf(accountId))
    report(findings)
    const others = await db.execute<{ id: string; alias: string }>(
      sql`select id, alias from accounts where id <> ${accountId} order by created_at`,
    )
    for (const { id, alias } of others) {
      const found = await examineAccount(authorize(consoleContext(id), 'system:work'), sinceOf(id))
      report(found, `${alias}: `)
      findings.push(...found)
    }
    return findings.every(({ ok }) => ok) ? 0 : 1
  },
}

/** A link of an account's audit trail, as the log and this command tell it; of the first account where none is named. */
function parseTold(text: string): { alias: string | undefined; seq: number; hash: string } {
  const [, alias, seq, hash] = /^(?:([a-z0-9-]+):)?(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (!seq || !hash)
    throw new UsageError(`--since: "${text}" is no link such as main:183:<64 hexadecimal characters>.`)
  return { alias, seq: Number(seq), hash }
}

function report(findings: readonly Finding[], prefix = ''): void {
  for (const { name, ok, detail } of findings) {
    process.stdout.write(`${ok ? 'ok  ' : 'FAIL'}  ${prefix}${name}${detail ? `: ${detail}` : ''}\n`)
  }
}
