import { join } from 'node:path'
import { closeDatabase, configureDatabase, databaseUrl, db } from '#db/client.ts'
import { openEmbedded } from '#db/embedded.ts'
import { migrate } from '#db/migrate.ts'
import { EnvError, env } from '#lib/core/env.ts'
import { markInternal } from '#lib/core/input/client-address.ts'
import { openKeyStore } from '#lib/core/key-store/lasting-keys.ts'
import { processSlot } from '#lib/core/process-slot.ts'
import { closeRedis } from '#lib/core/redis/client.ts'
import { closeTemplates } from '#lib/mail/written/render-template.ts'
import { readClock } from '#lib/ops/test-clock/test-clock.ts'
import { Shutdown } from './shutdown.ts'
import { surviveLostConnections } from './unhandled-rejections.ts'
import { createV3Router } from './v3-router.ts'
import { startWorker } from './worker.ts'

/** A worker of its own: `npm run worker`, beside web processes that run with WORKER=off. */
async function main(shutdown: Shutdown): Promise<void> {
  const { embedded, DATA_DIR } = env()
  surviveLostConnections()
  shutdown.listen()
  if (embedded) {
    const postgres = await openEmbedded({ dataDir: DATA_DIR })
    shutdown.add('postgres', () => postgres.stop())
    configureDatabase(postgres.url)
  }
  await migrate(databaseUrl())
  shutdown.add('database connections', closeDatabase)
  shutdown.add('redis', closeRedis)
  shutdown.add('templates', closeTemplates)
  await openKeyStore()
  await readClock(db())
  const router = await createV3Router(join(import.meta.dirname, '..', 'app'))
  processSlot<(request: Request) => Promise<Response>>('dispatcher').set(async (request) =>
    router.fetch(markInternal(request)),
  )
  const worker = await startWorker()
  shutdown.add('worker', () => worker.stop())
  process.stdout.write('The Latchkey worker is ready.\n')
}

const shutdown = new Shutdown()
main(shutdown).catch(async (error: unknown) => {
  process.stderr.write(`${error instanceof EnvError ? error.message : String(error)}\n`)
  await shutdown.run()
  process.exit(1)
})
