import { AppError } from '#lib/core/errors.ts'
import { processSlot } from '#lib/core/process-slot.ts'
import { type TemplateJob, TemplateRenderer } from './template-renderer.ts'

/** A template that is not right: the message says what and where. */
export class FaultyTemplate extends Error {}

/** A template whose rendering was ended. A later attempt may get through. */
export class SlowTemplate extends Error {
  constructor() {
    super('takes longer than a second to render')
  }
}

/** One thread for the process, whichever copy of this module asks. */
const slot = processSlot<TemplateRenderer>('template-renderer')

/**
 * Renders an operator's template outside the event loop, for a second at most. Renderings of one `queue` wait for one another;
 * queues take turns.
 * @throws {FaultyTemplate}
 * @throws {SlowTemplate}
 * @throws RATE_LIMITED when too many of the queue wait
 */
export async function renderTemplate(job: TemplateJob, queue: string): Promise<string> {
  const renderer = slot.get() ?? new TemplateRenderer()
  slot.set(renderer)
  const outcome = await renderer.render(job, queue)
  switch (outcome.kind) {
    case 'rendered':
      return outcome.text
    case 'faulty':
      throw new FaultyTemplate(outcome.reason)
    case 'too-slow':
      throw new SlowTemplate()
    case 'too-many':
      throw new AppError('RATE_LIMITED', 'Too many templates wait to be rendered. Please wait a moment.', {
        retryAfterSeconds: 2,
      })
  }
}

/** Ends the thread, at the end of the process. */
export async function closeTemplates(): Promise<void> {
  const renderer = slot.get()
  slot.set(undefined)
  await renderer?.close()
}
