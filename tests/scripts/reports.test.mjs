import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from '../../scripts/bootstrap/paths.mjs'
import { readPlaywright, readVitest } from '../../scripts/test/reports.mjs'

let folder
let file

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-reports-'))
  file = join(folder, 'report.json')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a suite without a report counts as one failure', () => {
  expect(readVitest(file)).toEqual({ passed: 0, failed: 1, skipped: [] })
  writeFileSync(file, '{"cut')
  expect(readPlaywright(file)).toEqual({ passed: 0, failed: 1, skipped: [] })
})

test('unit tests are counted one by one, a file that does not load as a failure, skipped ones by name', () => {
  const name = join(root, 'lib/a.test.ts')
  const testResults = [
    {
      name,
      status: 'failed',
      assertionResults: [
        { status: 'passed', fullName: 'a' },
        { status: 'failed', fullName: 'b' },
        { status: 'skipped', fullName: 'c' },
      ],
    },
    { name, status: 'failed', assertionResults: [] },
  ]
  writeFileSync(file, JSON.stringify({ testResults }))
  expect(readVitest(file)).toEqual({ passed: 1, failed: 2, skipped: ['lib/a.test.ts: c'] })
})

test('browser tests are counted one by one, one that passed on a retry as failed', () => {
  const spec = (title, status) => ({ title, file: 'buy.spec.ts', tests: [{ status }] })
  const report = {
    errors: [],
    suites: [
      {
        title: 'buy.spec.ts',
        specs: [spec('a', 'expected'), spec('b', 'flaky')],
        suites: [{ title: 'as a visitor', specs: [spec('c', 'unexpected'), spec('d', 'skipped')] }],
      },
    ],
  }
  writeFileSync(file, JSON.stringify(report))
  expect(readPlaywright(file)).toEqual({ passed: 1, failed: 2, skipped: ['e2e/buy.spec.ts: as a visitor d'] })
})
