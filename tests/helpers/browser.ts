import { CLIENT_IP_HEADER, ownsSocket } from '#lib/core/input/client-address.ts'
import { callNextRoute } from './next-route.ts'

const ORIGIN = 'http://portal.test'

/** A server action as `defineAction` makes it. */
type Action = (previous: object, form: FormData) => Promise<object>

export interface Sent {
  /** Where the browser is sent; null when the form is shown again. */
  location: string | null
  /** What the form shows then: message, code, fields. */
  state: { ok?: boolean; code?: string; message?: string }
}

/** A browser at an address, with a jar of cookies. Sessions must be configured: see `configureSessions`. */
export class Browser {
  readonly cookies = new Map<string, string>()
  ip: string

  constructor(ip: string) {
    ownsSocket.set(true)
    this.ip = ip
  }

  /** The `Cookie` line that goes with every request. */
  get cookieLine(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  get headers(): Record<string, string> {
    return {
      origin: ORIGIN,
      'sec-fetch-site': 'same-origin',
      [CLIENT_IP_HEADER]: this.ip,
      ...(this.cookies.size > 0 && { cookie: this.cookieLine }),
    }
  }

  /** Sends a page's form inside Next, so that cookies, headers and redirect are the real ones. */
  async send(page: string, load: () => Promise<Action>, fields: Record<string, string>): Promise<Sent> {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    const answer = await this.run(page, async () => Response.json(await (await load())({}, form)))
    const location = answer.headers.get('location')
    return { location, state: location === null ? await answer.json() : {} }
  }

  /** Runs what a page or route asks for inside Next, as this browser. */
  async run(page: string, handle: () => Promise<Response>): Promise<Response> {
    const answer = await callNextRoute(async () => ({ POST: handle }), page, {
      method: 'POST',
      headers: this.headers,
    })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
      if (/max-age=0\b/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return answer
  }
}
