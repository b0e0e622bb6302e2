import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { BenchPostgres } from './data/postgres.ts'
import type { LoadRequest } from './load/request.ts'
import type { RunningServer } from './servers/server.ts'

/** Requests before the one that is looked at: each connection prepares what it has not run yet. */
const WARM_UP = 60

/**
 * What a server says to PostgreSQL for one request, in PostgreSQL's own words: the comparison is worth something only while
 * both servers say the same.
 */
export async function recordStatements(
  postgres: BenchPostgres,
  server: RunningServer,
  request: (n: number) => LoadRequest,
): Promise<string[]> {
  const ask = async (n: number) => {
    const { method, path, headers, body } = request(n)
    const answer = await fetch(`${server.origin}${path}`, {
      method,
      ...(headers && { headers }),
      ...(body && { body }),
    })
    if (!answer.ok) throw new Error(`${server.name}: ${path} was answered with ${await answer.text()}`)
    await answer.text()
  }
  for (let n = 0; n < WARM_UP; n += 1) await ask(n)
  const before = (await readFile(postgres.logFile, 'utf8')).length
  await postgres.logStatements(true)
  try {
    await ask(WARM_UP)
    // The log is written by another process.
    await delay(200)
  } finally {
    await postgres.logStatements(false)
  }
  const written = (await readFile(postgres.logFile, 'utf8')).slice(before)
  const ours = (text: string) => !/pg_reload_conf|pg_catalog/.test(text)
  const texts = [...written.matchAll(/ execute [^:]*: ([\s\S]*?)(?=\n\d{4}-\d\d-\d\d |$)/g)].map(
    ([, text = '']) => text.replace(/\s+/g, ' ').trim(),
  )
  return texts.filter(ours)
}

/** What a statement does to which table, however it is written: `update activations`. */
export function gist(statement: string): string {
  const plain = statement.replace(/["]/g, '').toLowerCase()
  const [verb = ''] = plain.split(' ')
  // Of a select the table stands behind its own "from", not behind those in brackets.
  let level = 0
  const outside = [...plain]
    .filter((character) => {
      if (character === '(') level += 1
      if (character === ')') level -= 1
      return level === 0
    })
    .join('')
  const [, table = ''] = /(?:from|into|update) ([a-z_]+)/.exec(outside) ?? []
  return `${verb} ${table}`.trim()
}
