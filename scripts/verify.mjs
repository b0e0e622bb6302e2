import { createProgress } from './bootstrap/progress.mjs'
import { runShown } from './bootstrap/run.mjs'
import { bootstrap, main } from './bootstrap.mjs'
import { checkMigrations } from './verify/migrations.mjs'

/** Every static check: a name and either a command or a function that resolves with the exit code. */
const STEPS = [
  ['format and lint', ['biome', 'check', '--error-on-warnings']],
  ['route types', ['next', 'typegen']],
  ['types', ['tsc', '--noEmit']],
  ['rooms of lib', ['node', 'scripts/rooms.ts', '--check']],
  ['unused code', ['knip']],
  ['the API description is current', ['node', 'scripts/openapi.ts', '--check']],
  ['migrations are sound', ['drizzle-kit', 'check']],
  ['migrations match the schema', checkMigrations],
]

await main(async () => {
  const progress = createProgress({ stream: process.stdout, steps: 1 })
  await bootstrap({ build: false, progress })
  const failed = []
  for (const [name, action] of STEPS) {
    console.log(`\n── ${name}`)
    const began = Date.now()
    const code = typeof action === 'function' ? await action() : await runShown(action[0], action.slice(1))
    console.log(
      `── ${name}: ${code === 0 ? 'passed' : 'FAILED'} (${((Date.now() - began) / 1000).toFixed(1)} s)`,
    )
    if (code !== 0) failed.push(name)
  }
  console.log(failed.length === 0 ? '\nEvery check passed.' : `\nFailed: ${failed.join(', ')}`)
  process.exitCode = failed.length === 0 ? 0 : 1
})
