import { createProgress } from './bootstrap/progress.mjs'
import { become } from './bootstrap/run.mjs'
import { bootstrap, main } from './bootstrap.mjs'

await main(async () => {
  const args = process.argv.slice(2)
  const progress = createProgress({ stream: process.stderr, steps: 3 })
  // Without the rows about `next start`, any build will do that lets the server start.
  await bootstrap({ build: !args.includes('--no-next'), progress })
  progress.begin('Measuring')
  await become('bench/main.ts', args)
})
