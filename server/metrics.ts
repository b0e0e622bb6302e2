import { timingSafeEqual } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { collectDefaultMetrics, register } from 'prom-client'
import { env } from '#lib/core/env.ts'
import { CLIENT_IP_HEADER } from '#lib/core/input/client-address.ts'
import { isLoopback } from '#lib/core/ip-address.ts'
import { log } from '#lib/core/logging/log.ts'

/**
 * `/metrics` for Prometheus. It answers this machine without METRICS_TOKEN only if PUBLIC_URL is loopback. Elsewhere a proxy in
 * front makes every caller look like this machine.
 */
export function createMetricsDoor(): RequestListener {
  const isOpen = isLoopback(new URL(env().PUBLIC_URL).hostname)
  if (!isOpen && env().METRICS_TOKEN === undefined) {
    log().warn('METRICS_TOKEN is not set: /metrics answers nobody')
  }
  register.clear()
  collectDefaultMetrics({ register })
  return (request, response) => {
    const isOwn = isOpen && isLoopback(String(request.headers[CLIENT_IP_HEADER] ?? ''))
    if (!isOwn && !holdsToken(request.headers.authorization)) {
      response.writeHead(404).end()
      return
    }
    register.metrics().then(
      (body) => response.writeHead(200, { 'content-type': register.contentType }).end(body),
      () => response.writeHead(500).end(),
    )
  }
}

function holdsToken(header: string | undefined): boolean {
  const expected = Buffer.from(`Bearer ${env().METRICS_TOKEN ?? ''}`)
  const given = Buffer.from(header ?? '')
  return (
    env().METRICS_TOKEN !== undefined && given.length === expected.length && timingSafeEqual(given, expected)
  )
}
