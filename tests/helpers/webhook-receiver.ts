import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Network } from '#lib/announce/webhooks/network.ts'

export interface ReceivedWebhook {
  /** As it came over the wire. */
  raw: string
  headers: Record<string, string>
  body: { event: string; data: Record<string, unknown>; triggeredAt: string }
}

export interface WebhookReceiver {
  port: number
  /** Under a name that only `loopback` resolves. */
  url: string
  received: ReceivedWebhook[]
  /** What the next requests are answered with, not before `until`; 204 when used up. */
  answers: { status: number; headers?: Record<string, string>; body?: string; until?: Promise<void> }[]
  close(): Promise<void>
}

/** A server of the vendor's that takes webhooks. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = []
  const answers: WebhookReceiver['answers'] = []
  const server = createServer(async (request, response) => {
    const raw = await text(request)
    received.push({ raw, headers: flat(request.headers), body: JSON.parse(raw) })
    const answer: WebhookReceiver['answers'][number] = answers.shift() ?? { status: 204 }
    await answer.until
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://hooks.vendor.test:${port}/latchkey`,
    received,
    answers,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Every name leads here, and here may be spoken to: for receivers of tests, which listen on loopback. */
export const loopback: Network = {
  resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  allows: (address) => address === '127.0.0.1',
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
