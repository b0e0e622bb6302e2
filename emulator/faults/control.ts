import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Emulation, transact } from '../emulation.ts'
import { unrecognized } from '../http/api.ts'
import { authenticate } from '../http/auth.ts'
import { readBody } from '../http/body.ts'
import { invalidParam } from '../http/errors.ts'
import { sendJson } from '../http/send-json.ts'
import { rollSecret } from '../webhooks/secrets.ts'
import { API_ACTIONS, WEBHOOK_ACTIONS } from './faults.ts'
import { readFaults } from './read-faults.ts'

/** Answers `/_emu/…`, the controls that Stripe doesn't have. JSON in, JSON out, and only with the secret key. */
export async function handleControl(
  emulation: Emulation,
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
): Promise<void> {
  authenticate(req, emulation.secretKeys)
  const { faults, storage } = emulation
  const roll = /^\/_emu\/webhook_endpoints\/([^/]+)\/roll$/.exec(url.pathname)
  if (url.pathname === '/_emu/faults') {
    if (req.method === 'POST') {
      const wanted = readFaults(await readJson(req))
      faults.webhooks.push(...wanted.webhooks)
      faults.api.push(...wanted.api)
    } else if (req.method === 'DELETE') faults.clear()
    sendJson(res, 200, {
      webhooks: faults.webhooks,
      api: faults.api,
      actions: { WEBHOOK_ACTIONS, API_ACTIONS },
    })
  } else if (url.pathname === '/_emu/deliveries' && req.method === 'GET') {
    const deliveries = await storage.list('delivery', { limit: 1000 })
    sendJson(res, 200, { data: deliveries.map(({ body: _, ...delivery }) => delivery) })
  } else if (roll && req.method === 'POST') {
    const body = await readJson(req)
    const overlap = typeof body.expires_in === 'number' ? body.expires_in : 24 * 3600
    const secret = await transact(emulation, {}, (work) => rollSecret(work, roll[1] ?? '', overlap))
    sendJson(res, 200, { id: roll[1], secret })
  } else throw unrecognized(req.method ?? 'GET', url.pathname)
}

async function readJson(req: IncomingMessage): Promise<Record<string, unknown>> {
  const text = await readBody(req)
  try {
    const value: unknown = JSON.parse(text || '{}')
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {}
  throw invalidParam('The body must be a JSON object.')
}
