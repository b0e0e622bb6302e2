import { createProgress } from './bootstrap/progress.mjs'
import { become } from './bootstrap/run.mjs'
import { bootstrap, main } from './bootstrap.mjs'

await main(async () => {
  // The mail templates come out of the build.
  const progress = createProgress({ stream: process.stdout, steps: 3 })
  await bootstrap({ build: true, progress })
  progress.begin('Starting the worker')
  await become('server/worker-main.ts', process.argv.slice(2))
})
