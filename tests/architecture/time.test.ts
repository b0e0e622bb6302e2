import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')

/** Where real time is meant: the clock itself, throttles, the job runner's locks, the time in next-auth's own cookie. */
const REAL_TIME = new Set([
  'lib/core/clock.ts',
  'lib/access/throttle/rate-limit.ts',
  'lib/ops/jobs/worker-presence.ts',
  'lib/web/sessions/next-auth.ts',
])

function domainFiles(): string[] {
  return readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts'))
    .map((file) => `lib/${file.replaceAll('\\', '/')}`)
    .filter((file) => !REAL_TIME.has(file) && !file.startsWith('lib/access/throttle/'))
}

/** Lines of code that break the rule; comments may speak of it. */
function offenders(rule: RegExp): string[] {
  return domainFiles().flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, at) =>
        rule.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line) ? [`${file}:${at + 1}`] : [],
      ),
  )
}

const SQL_NOW = /\b(now\(\)|current_timestamp|clock_timestamp\(\)|statement_timestamp\(\))/i
const OWN_NOW = /\bnew Date\(\)|\bDate\.now\(\)/

describe('the domain takes the time from its context', () => {
  test('no SQL of the domain asks the database for the time', () => {
    expect(offenders(new RegExp(`(?<![.\\w])${SQL_NOW.source}`, 'i'))).toEqual([])
  })
  test('no domain code asks the machine for the time', () => {
    expect(offenders(OWN_NOW)).toEqual([])
  })
  test('the rules find what they look for', () => {
    expect(SQL_NOW.test('where expires_at < now()')).toBe(true)
    expect(OWN_NOW.test('const at = new Date()')).toBe(true)
  })
})
