import { parentPort } from 'node:worker_threads'
import { renderHtml, renderLine } from './liquid.ts'
import type { TemplateJob, TemplateOutcome } from './template-renderer.ts'

/** Runs in a thread of its own, one rendering per message. It is ended from outside when one takes too long. */
parentPort?.on('message', (job: TemplateJob) => {
  parentPort?.postMessage(outcomeOf(job))
})
// The first rendering is the slowest, so it runs before anybody waits.
outcomeOf({ form: 'html', template: '{{ at | format_date }}', variables: { at: '2027-01-31T12:00:00Z' } })
parentPort?.postMessage('ready')

function outcomeOf({ form, template, variables }: TemplateJob): TemplateOutcome {
  try {
    const text = form === 'html' ? renderHtml(template, variables) : renderLine(template, variables)
    return { kind: 'rendered', text }
  } catch (error) {
    // The first line says what and where; the rest quotes the template.
    const [reason = ''] = (error instanceof Error ? error.message : '').split('\n')
    if (reason.includes('render limit exceeded')) return { kind: 'too-slow' }
    return { kind: 'faulty', reason: reason.slice(0, 300) || 'cannot be rendered' }
  }
}
