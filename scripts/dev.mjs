import { createProgress } from './bootstrap/progress.mjs'
import { become } from './bootstrap/run.mjs'
import { bootstrap, main } from './bootstrap.mjs'
import { buildMail } from './build-mail.mjs'

await main(async () => {
  const progress = createProgress({ stream: process.stdout, steps: 2 })
  await bootstrap({ build: false, progress })
  // Next compiles pages on demand; mails are rendered outside it, from one compiled file.
  await buildMail()
  progress.begin('Starting for development')
  await become('server/main.ts', ['--dev', ...process.argv.slice(2)])
})
