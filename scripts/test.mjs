import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './bootstrap/build.mjs'
import { pinnedNode, root, scratch, toolEnvironment } from './bootstrap/paths.mjs'
import { createProgress } from './bootstrap/progress.mjs'
import { Failure, runShown } from './bootstrap/run.mjs'
import { bootstrap, main } from './bootstrap.mjs'
import { ensurePythonCryptography } from './test/python-cryptography.mjs'
import { ensureRedisServer } from './test/redis-server.mjs'
import { readPlaywright, readVitest } from './test/reports.mjs'

const reports = join(scratch, 'reports')
const vitestReport = join(reports, 'vitest.json')
const playwrightReport = join(reports, 'playwright.json')
const silent = {
  step: (_text, work) => work(),
  skip: () => undefined,
  note: console.log,
  begin: () => undefined,
}

/** A stage resolves with what it counts; one that needs another is left out when that failed. */
const STAGES = [
  {
    name: 'install',
    run: () =>
      step(() => bootstrap({ build: false, progress: createProgress({ stream: process.stdout, steps: 1 }) })),
  },
  { name: 'verify', needs: 'install', run: () => command(pinnedNode, [join(root, 'scripts', 'verify.mjs')]) },
  {
    name: 'unit and integration tests',
    needs: 'install',
    run: async () => {
      await ensureRedisServer()
      await ensurePythonCryptography()
      return suite(
        'vitest',
        ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`],
        () => readVitest(vitestReport),
      )
    },
  },
  { name: 'build', needs: 'install', run: () => step(() => build(silent)) },
  {
    name: 'browser tests',
    needs: 'build',
    run: () =>
      suite('playwright', ['test', '--reporter=list,json'], () => readPlaywright(playwrightReport), {
        PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport,
      }),
  },
]

/** A step that is no test counts only when it fails. */
async function step(work) {
  try {
    await work()
    return { passed: 0, failed: 0, skipped: [] }
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error)
    return { passed: 0, failed: 1, skipped: [] }
  }
}

async function command(program, args) {
  return { passed: 0, failed: (await runShown(program, args)) === 0 ? 0 : 1, skipped: [] }
}

async function suite(program, args, read, extra = {}) {
  const code = await runShown(program, args, { env: toolEnvironment({ ...extra, CI: '1' }) })
  const counts = read()
  // A suite can fail without a failed test: an unhandled error, a set-up that threw, no report at all.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

await main(async () => {
  rmSync(reports, { recursive: true, force: true })
  const results = new Map()
  for (const { name, needs, run } of STAGES) {
    console.log(`\n━━ ${name}`)
    const began = Date.now()
    const missing = needs !== undefined && results.get(needs)?.failed !== 0
    const counts = missing ? { passed: 0, failed: 1, skipped: [], notRun: needs } : await run()
    results.set(name, { ...counts, seconds: (Date.now() - began) / 1000 })
    if (process.exitCode === 130) throw new Failure('Interrupted.')
  }
  summarize(results)
})

function summarize(results) {
  let passed = 0
  let failed = 0
  const skipped = []
  console.log('\n━━ summary')
  for (const [name, result] of results) {
    passed += result.passed
    failed += result.failed
    skipped.push(...result.skipped)
    const outcome = result.notRun ? `not run: ${result.notRun} failed` : result.failed ? 'FAILED' : 'ok'
    const tests = result.passed > 0 ? `, ${result.passed} passed` : ''
    console.log(
      `${name.padEnd(28)} ${`${result.seconds.toFixed(1)} s`.padStart(8)}  ${outcome}${tests}${result.failed ? `, ${result.failed} failed` : ''}`,
    )
  }
  if (skipped.length > 0)
    console.log(`\nSkipped (${skipped.length}):\n${skipped.map((title) => `  ${title}`).join('\n')}`)
  process.exitCode = failed === 0 ? 0 : 1
  console.log(`\nTests: ${passed} passed, ${failed} failed`)
}
