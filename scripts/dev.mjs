import { createProgress } from './bootstrap/progress.mjs'
import { become } from './bootstrap/run.mjs'
import { bootstrap, main } from './bootstrap.mjs'

await main(async () => {
  const progress = createProgress({ stream: process.stdout, steps: 2 })
  await bootstrap({ build: false, progress })
  progress.begin('Starting for development')
  await become('server/main.ts', ['--dev', ...process.argv.slice(2)])
})
