import { setTimeout as delay } from 'node:timers/promises'
import { Logger, type Runner, run } from 'graphile-worker'
import { databaseUrl, db } from '#db/client.ts'
import { crontab, taskList } from '#lib/jobs/tasks.ts'
import { releaseDeadWorkers, withdrawWorkers } from '#lib/jobs/worker-presence.ts'
import { log } from '#lib/logging/log.ts'
import { workerState } from '#lib/worker-state.ts'

/** Jobs worked on at once. They mostly wait for others (payment provider, mail). */
const CONCURRENCY = 4
/** After a quick restart the jobs of the killed process still count as just locked: look once more when they do not. */
const LOOK_AGAIN_MS = 4000

/** Starts the job worker and keeps it running: one that gives up (database away) is started anew with back-off. */
export async function startWorker(): Promise<{ stop(): Promise<void> }> {
  let stopping = false
  let runner: Runner = await start()
  let lookAgain = freeJobsLater()

  const watch = async (): Promise<void> => {
    for (let pauseMs = 1000; !stopping; pauseMs = Math.min(pauseMs * 2, 30_000)) {
      try {
        await runner.promise
      } catch (error) {
        log().warn({ err: error }, 'the job worker stopped')
      }
      if (stopping) return
      workerState.set('stopped')
      await delay(pauseMs)
      try {
        runner = await start()
        clearTimeout(lookAgain)
        lookAgain = freeJobsLater()
        pauseMs = 1000
      } catch (error) {
        log().warn({ err: error }, 'the job worker could not be started')
      }
    }
  }
  const watching = watch()

  return {
    async stop() {
      stopping = true
      clearTimeout(lookAgain)
      workerState.set('stopped')
      await runner.stop().catch(() => undefined)
      await watching
      await withdrawWorkers()
    },
  }
}

function freeJobsLater(): NodeJS.Timeout {
  return setTimeout(() => {
    releaseDeadWorkers(db()).catch((error: unknown) =>
      log().warn(
        { err: error },
        'jobs of workers that are gone could not be freed; the next minute tries again',
      ),
    )
  }, LOOK_AGAIN_MS)
}

async function start(): Promise<Runner> {
  await releaseDeadWorkers(db())
  const runner = await run({
    connectionString: databaseUrl(),
    taskList,
    crontab,
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    pollInterval: 1000,
    maxPoolSize: CONCURRENCY + 2,
    logger: new Logger(() => (level, message) => {
      if (level === 'error') log().error({ job: true }, message)
      else if (level === 'warning') log().warn({ job: true }, message)
      else log().debug({ job: true }, message)
    }),
  })
  workerState.set('running')
  return runner
}
