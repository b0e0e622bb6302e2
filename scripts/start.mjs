import { createProgress } from './bootstrap/progress.mjs'
import { become } from './bootstrap/run.mjs'
import { bootstrap, main } from './bootstrap.mjs'

await main(async () => {
  const progress = createProgress({ stream: process.stdout, steps: 3 })
  await bootstrap({ build: true, progress })
  progress.begin('Starting')
  await become('server/main.ts', process.argv.slice(2))
})
