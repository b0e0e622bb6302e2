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
