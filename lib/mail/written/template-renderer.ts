import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { log } from '#lib/core/logging/log.ts'

/** One template to render: `html` escapes what variables hold, `line` makes one line of plain text. */
export interface TemplateJob {
  form: 'html' | 'line'
  template: string
  variables: Record<string, unknown>
}

/** What became of it. `faulty`: no later attempt can render it. `too-slow`: it was ended, and may be tried again. */
export type TemplateOutcome =
  | { kind: 'rendered'; text: string }
  | { kind: 'faulty'; reason: string }
  | { kind: 'too-slow' }
  | { kind: 'too-many' }

/** How long one rendering may take, milliseconds. */
const PATIENCE_MS = 1000
/** How long a thread may take to come up, milliseconds. */
const START_PATIENCE_MS = 15_000
/** Renderings of one queue that may wait. */
const QUEUE_LIMIT = 50

/** A rendering must not eat the memory of the process. Megabytes. */
const RESOURCES = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 }

/** Node runs this file as it is, whichever copy of this module asks for it. */
const THREAD = 'lib/mail/written/template-thread.ts'

interface Waiting {
  job: TemplateJob
  settle(outcome: TemplateOutcome): void
}

/**
 * Renders templates in a thread of their own, which stays warm, and is ended and started anew when a rendering takes longer
 * than a second or more memory than it may. Queues take turns, so that slow templates delay their own queue.
 * p-limit knows one queue only, hence our own.
 */
export class TemplateRenderer {
  private readonly queues = new Map<string, Waiting[]>()
  private thread: Promise<Worker> | undefined
  private isBusy = false
  private isClosed = false

  /** Renders a template when its queue's turn comes. Never rejects. */
  render(job: TemplateJob, queue: string): Promise<TemplateOutcome> {
    const waiting = this.queues.get(queue) ?? []
    if (this.isClosed) return Promise.resolve({ kind: 'too-slow' })
    if (waiting.length >= QUEUE_LIMIT) return Promise.resolve({ kind: 'too-many' })
    return new Promise((settle) => {
      waiting.push({ job, settle })
      this.queues.set(queue, waiting)
      void this.work()
    })
  }

  /** Ends the thread. Renderings that still wait end as too slow. */
  async close(): Promise<void> {
    this.isClosed = true
    for (const waiting of this.queues.values()) for (const { settle } of waiting) settle({ kind: 'too-slow' })
    this.queues.clear()
    await this.end()
  }

  private async work(): Promise<void> {
    if (this.isBusy) return
    this.isBusy = true
    for (let [turn] = this.queues; turn; [turn] = this.queues) {
      const [queue, waiting] = turn
      const next = waiting.shift()
      next?.settle(await this.run(next.job))
      // At the end of the line, behind those that arrived meanwhile.
      this.queues.delete(queue)
      if (waiting.length > 0) this.queues.set(queue, waiting)
    }
    this.isBusy = false
  }

  private async run(job: TemplateJob): Promise<TemplateOutcome> {
    const thread = await this.started().catch((error: unknown) => {
      log().error({ err: error }, 'the thread that renders templates does not start')
      return undefined
    })
    if (!thread) return { kind: 'too-slow' }
    // Only a rendering under way keeps the process from ending.
    thread.ref()
    const outcome = await ask(thread, job)
    if (outcome.kind === 'rendered' || outcome.kind === 'faulty') thread.unref()
    else await this.end()
    return outcome
  }

  private started(): Promise<Worker> {
    this.thread ??= start(() => {
      this.thread = undefined
    })
    return this.thread
  }

  private async end(): Promise<void> {
    const thread = this.thread
    this.thread = undefined
    await thread?.then(
      (worker) => worker.terminate(),
      () => undefined,
    )
  }
}

/** Starts a thread and waits until it has loaded; `onGone` when it has ended, whoever ended it. */
function start(onGone: () => void): Promise<Worker> {
  return new Promise((resolve, reject) => {
    // Nothing of the environment: the thread needs none of it, and a template must not find any.
    const thread = new Worker(/* turbopackIgnore: true */ join(process.cwd(), THREAD), {
      env: {},
      execArgv: [],
      resourceLimits: RESOURCES,
    })
    const timer = setTimeout(() => {
      void thread.terminate()
      reject(new Error('it took too long to come up'))
    }, START_PATIENCE_MS)
    thread.once('message', () => {
      clearTimeout(timer)
      resolve(thread)
    })
    thread.on('error', reject)
    thread.once('exit', (code) => {
      clearTimeout(timer)
      onGone()
      reject(new Error(`it ended with code ${code}`))
    })
  })
}

function ask(thread: Worker, job: TemplateJob): Promise<TemplateOutcome> {
  return new Promise((resolve) => {
    const settle = (outcome: TemplateOutcome): void => {
      clearTimeout(timer)
      thread.off('message', settle)
      thread.off('error', onError)
      thread.off('exit', onExit)
      resolve(outcome)
    }
    const onError = (error: unknown): void => {
      const isFull = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      settle(isFull ? { kind: 'faulty', reason: 'takes too much memory' } : { kind: 'too-slow' })
    }
    const onExit = (): void => settle({ kind: 'too-slow' })
    const timer = setTimeout(() => settle({ kind: 'too-slow' }), PATIENCE_MS)
    thread.on('message', settle)
    thread.once('error', onError)
    thread.once('exit', onExit)
    thread.postMessage(job)
  })
}
