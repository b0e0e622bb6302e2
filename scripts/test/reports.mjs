import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { root } from '../bootstrap/paths.mjs'

const NO_REPORT = { passed: 0, failed: 1, skipped: [] }

/** Counts of a report that vitest's JSON reporter wrote; a missing one counts as one failure. */
export function readVitest(path) {
  const report = read(path)
  if (report === undefined) return NO_REPORT
  const counts = { passed: 0, failed: 0, skipped: [] }
  for (const file of report.testResults) {
    // A file that could not be loaded has no tests, yet it failed.
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
      counts.failed += 1
    for (const test of file.assertionResults) {
      if (test.status === 'passed') counts.passed += 1
      else if (test.status === 'failed') counts.failed += 1
      else counts.skipped.push(`${relative(root, file.name)}: ${test.fullName}`)
    }
  }
  return counts
}

/** Counts of a report that Playwright's JSON reporter wrote; a test that passed only on a retry counts as failed. */
export function readPlaywright(path) {
  const report = read(path)
  if (report === undefined) return NO_REPORT
  const counts = { passed: 0, failed: report.errors.length, skipped: [] }
  for (const { spec, title } of report.suites.flatMap((suite) => specsOf(suite, ''))) {
    for (const test of spec.tests) {
      if (test.status === 'expected') counts.passed += 1
      else if (test.status === 'skipped') counts.skipped.push(`e2e/${spec.file}: ${title}`)
      else counts.failed += 1
    }
  }
  return counts
}

function specsOf(suite, prefix) {
  return [
    ...(suite.specs ?? []).map((spec) => ({ spec, title: `${prefix}${spec.title}` })),
    ...(suite.suites ?? []).flatMap((child) => specsOf(child, `${prefix}${child.title} `)),
  ]
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
