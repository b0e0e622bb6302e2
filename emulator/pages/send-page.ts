import type { ServerResponse } from 'node:http'
import type { Emulation } from '../emulation.ts'
import { document } from './layout.ts'
import type { PageAnswer } from './page-answer.ts'

export function sendPage(emulation: Emulation, res: ServerResponse, answer: PageAnswer): void {
  if ('redirect' in answer) {
    res.writeHead(303, { location: answer.redirect, 'cache-control': 'no-store' })
    res.end()
    return
  }
  const html = document(basePath(emulation), answer.title, answer.body)
  res.writeHead(answer.status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(html),
    'cache-control': 'no-store',
    'content-security-policy': policy(new URL(emulation.publicBase()).origin, answer.formTargets ?? []),
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
  res.end(html)
}

/** The path under which the pages are reached from outside. */
export function basePath(emulation: Emulation): string {
  return new URL(emulation.publicBase()).pathname.replace(/\/$/, '')
}

function policy(own: string, targets: (string | null)[]): string {
  const origins = new Set(targets.filter((target) => target !== null).map((target) => new URL(target).origin))
  origins.delete(own)
  return [
    "default-src 'none'",
    "style-src 'self'",
    `form-action ${["'self'", ...[...origins].map(asSource)].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** A policy has no word for an IPv6 address: there its scheme alone is named. */
function asSource(origin: string): string {
  const { hostname, protocol } = new URL(origin)
  return hostname.startsWith('[') ? protocol : origin
}
