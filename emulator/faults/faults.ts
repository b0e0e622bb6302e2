/** What can go wrong on demand. Faults live in memory: a restart clears them. */

export const WEBHOOK_ACTIONS = [
  'drop',
  'duplicate',
  'delay',
  'shuffle',
  'stale',
  'future',
  'wrong_secret',
  'altered_body',
  'never_generated',
] as const

export const API_ACTIONS = ['500', '429', '409', 'slow', 'hang', 'reset', 'html_502'] as const

export interface WebhookFault {
  action: (typeof WEBHOOK_ACTIONS)[number]
  /** Event types; `invoice.*` is a prefix. All if absent. */
  types?: string[]
  /** How many deliveries it strikes; without end if absent. */
  count?: number
  /** duplicate: how many copies in all. */
  times?: number
  /** delay, in milliseconds of the emulator's clock. */
  ms?: number
  /** shuffle: the same seed gives the same order. */
  seed?: number
}

export interface ApiFault {
  action: (typeof API_ACTIONS)[number]
  method?: string
  /** A path, or its beginning if it ends with `*`. All if absent. */
  path?: string
  count?: number
  /** slow: milliseconds of real time. */
  ms?: number
  /**
   * `after`: the request takes effect and only its answer is lost or replaced. `during`, of `slow` alone: it takes its time
   * while its idempotency key is in use.
   */
  when?: 'before' | 'during' | 'after'
}

export class Faults {
  webhooks: WebhookFault[] = []
  api: ApiFault[] = []

  clear(): void {
    this.webhooks = []
    this.api = []
  }

  /** The first fault of that kind that applies, counted down. */
  strikeWebhook(action: WebhookFault['action'], type: string): WebhookFault | undefined {
    return strike(this.webhooks, (fault) => fault.action === action && matchesAny(type, fault.types))
  }

  strikeApi(method: string, path: string): ApiFault | undefined {
    return strike(this.api, (fault) => {
      if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false
      return fault.path === undefined || matches(path, fault.path)
    })
  }
}

function strike<F extends { count?: number }>(faults: F[], applies: (fault: F) => boolean): F | undefined {
  const fault = faults.find((candidate) => candidate.count !== 0 && applies(candidate))
  if (fault?.count !== undefined) fault.count -= 1
  return fault
}

function matchesAny(value: string, patterns: string[] | undefined): boolean {
  return patterns === undefined || patterns.some((pattern) => matches(value, pattern))
}

function matches(value: string, pattern: string): boolean {
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern
}
