import { setTimeout as delay } from 'node:timers/promises'
import { Logger, type Runner, run } from 'graphile-worker'
import { databaseUrl, db } from '#db/client.ts'
import { forbiddenFlags } from '#lib/announce/webhooks/delivery-slots.ts'
import { log } from '#lib/core/logging/log.ts'
import { workerState } from '#lib/core/worker-state.ts'
import { crontab, taskList } from '#lib/ops/jobs/tasks.ts'
import { releaseDeadWorkers, withdrawWorkers } from '#lib/ops/jobs/worker-presence.ts'

/** Jobs worked on at once. They mostly wait for others (payment provider, mail). */
const CONCURRENCY = 4
/** After a quick restart the jobs of the killed process still look freshly locked, so this checks once more later. */
const LOOK_AGAIN_MS = 4000
/** How long a worker that lost the database may take to let go of its tasks (milliseconds). */
const LET_GO_MS = 5000

/**
 * Starts the job worker and keeps it running. A runner that gives up or loses the database is replaced with back-off. Otherwise
 * it would continue under its old name, and jobs that it could not return would stay locked for hours.
 */
export async function startWorker(): Promise<{ stop(): Promise<void> }> {
  let stopping = false
  let runner: Runner = await start()
  let lookAgain = freeJobsLater()

  const watch = async (): Promise<void> => {
    for (let pauseMs = 1000; !stopping; pauseMs = Math.min(pauseMs * 2, 30_000)) {
      await untilLost(runner)
      if (stopping) return
      workerState.set('stopped')
      await letGo(runner)
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

/** Resolves when the runner has ended or its connection to the database broke. */
function untilLost(runner: Runner): Promise<void> {
  return new Promise((resolve) => {
    runner.events.once('pool:listen:error', () => resolve())
    runner.promise.then(resolve, (error: unknown) => {
      log().warn({ err: error }, 'the job worker stopped')
      resolve()
    })
  })
}

/** Ends a lost runner and releases its name, so that the next one can take its jobs. */
async function letGo(runner: Runner): Promise<void> {
  await Promise.race([runner.stop().catch(() => undefined), delay(LET_GO_MS)])
  await withdrawWorkers().catch(() => undefined)
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
    forbiddenFlags,
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
