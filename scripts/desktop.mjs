import { createProgress } from './bootstrap/progress.mjs'
import { become } from './bootstrap/run.mjs'
import { bootstrap, main } from './bootstrap.mjs'

await main(async () => {
  // Standard output belongs to the application; a step that has nothing to do is not worth a line.
  const progress = createProgress({ stream: process.stderr, steps: 1 })
  await bootstrap({ build: false, progress: { ...progress, skip: () => undefined } })
  await become('examples/desktop-app.ts', process.argv.slice(2))
})
