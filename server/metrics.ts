import { timingSafeEqual } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { collectDefaultMetrics, register } from 'prom-client'
import { env } from '#lib/env.ts'
import { CLIENT_IP_HEADER } from '#lib/http/client-address.ts'

/** `/metrics` for Prometheus: answers on loopback, elsewhere only with METRICS_TOKEN. */
export function createMetricsDoor(): RequestListener {
  register.clear()
  collectDefaultMetrics({ register })
  return (request, response) => {
    const ip = String(request.headers[CLIENT_IP_HEADER] ?? '')
    if (!isLoopback(ip) && !holdsToken(request.headers.authorization)) {
      response.writeHead(404).end()
      return
    }
    register.metrics().then(
      (body) => response.writeHead(200, { 'content-type': register.contentType }).end(body),
      () => response.writeHead(500).end(),
    )
  }
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.')
}

function holdsToken(header: string | undefined): boolean {
  const expected = Buffer.from(`Bearer ${env().METRICS_TOKEN ?? ''}`)
  const given = Buffer.from(header ?? '')
  return (
    env().METRICS_TOKEN !== undefined && given.length === expected.length && timingSafeEqual(given, expected)
  )
}
