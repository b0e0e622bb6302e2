import type { BrowserContext, ConsoleMessage, Request, Response } from '@playwright/test'

/** An answer that a test provokes on purpose. */
export interface ExpectedAnswer {
  status: number
  /** The path, or what it must match. */
  path: string | RegExp
}

/**
 * Watches everything that happens in a browser context and notes what must never happen: an error in the console (a
 * violated CSP is one), an exception, a request to our own site that fails.
 */
export class Guard {
  readonly complaints: string[] = []
  private readonly expected: ExpectedAnswer[] = []

  /** Declares that the test brings about such an answer, any number of times. */
  expectAnswer(status: number, path: string | RegExp): void {
    this.expected.push({ status, path })
  }

  /** Drops the complaints so far that match: what a server that was killed on purpose leaves in a browser. */
  forgive(pattern: RegExp): void {
    const kept = this.complaints.filter((complaint) => !pattern.test(complaint))
    this.complaints.splice(0, this.complaints.length, ...kept)
  }

  /** `runsScripts` is what the context was made with; it cannot be asked. */
  watch(context: BrowserContext, { runsScripts }: { runsScripts: boolean }): void {
    context.on('console', (message) => this.onConsole(message))
    context.on('weberror', (error) => this.complaints.push(`exception: ${error.error().message}`))
    context.on('requestfailed', (request) => this.onFailure(request, runsScripts))
    context.on('response', (response) => this.onResponse(response))
  }

  private onConsole(message: ConsoleMessage): void {
    if (message.type() !== 'error') return
    // The browser reports each answer of 400 and above; onResponse judges those.
    if (message.text().startsWith('Failed to load resource')) return
    this.complaints.push(`console: ${message.text()} (${message.location().url})`)
  }

  private onFailure(request: Request, runsScripts: boolean): void {
    const reason = request.failure()?.errorText ?? ''
    // Leaving a page cancels what it was still loading.
    if (reason === 'net::ERR_ABORTED') return
    // What scripts switched off look like from outside.
    if (!runsScripts && reason === 'csp' && request.resourceType() === 'script') return
    this.complaints.push(`failed: ${request.method()} ${request.url()} ${reason}`)
  }

  private onResponse(response: Response): void {
    if (response.status() < 400) return
    const { pathname } = new URL(response.url())
    const isExpected = this.expected.some(
      ({ status, path }) =>
        status === response.status() && (typeof path === 'string' ? path === pathname : path.test(pathname)),
    )
    if (!isExpected) {
      this.complaints.push(`answer: ${response.status()} ${response.request().method()} ${response.url()}`)
    }
  }
}
