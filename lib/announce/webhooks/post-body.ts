import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import { env } from '#lib/core/env.ts'
import { DeliveryError, toDeliveryError } from './delivery-error.ts'
import { checkedAddresses, type Network, pinnedLookup } from './network.ts'

/** Timeout for all of it: name, connection and answer. */
const TIMEOUT_MS = 10_000
/** More of an answer is not read. */
const READ_LIMIT = 65_536

export interface Posted {
  /** The answer's HTTP status. */
  status: number
}

/**
 * Posts a body to a receiver of the vendor's. The host is resolved once, and the connection goes to the very address that was
 * checked; redirects are not followed.
 * @throws {DeliveryError} when there is no answer in time, or the receiver must not be spoken to
 */
export async function postBody(
  url: string,
  message: { body: string; headers: Record<string, string> },
  { network, timeoutMs = TIMEOUT_MS }: { network: Network; timeoutMs?: number },
): Promise<Posted> {
  const target = new URL(url)
  if (!isAllowedScheme(target.protocol)) throw new DeliveryError('scheme-not-allowed')
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const addresses = await Promise.race([checkedAddresses(target.hostname, network), ended(signal)])
    const answer = await send(target, message, { lookup: pinnedLookup(addresses), signal })
    await readSome(answer)
    return { status: answer.statusCode ?? 0 }
  } catch (error) {
    throw toDeliveryError(error)
  }
}

/** Plain http is for trying things out: an installation that takes real money sends over TLS alone. */
export function isAllowedScheme(protocol: string): boolean {
  return protocol === 'https:' || (protocol === 'http:' && env().BILLING_MODE === 'test')
}

function send(
  target: URL,
  { body, headers }: { body: string; headers: Record<string, string> },
  options: { lookup: ReturnType<typeof pinnedLookup>; signal: AbortSignal },
): Promise<IncomingMessage> {
  const bytes = Buffer.from(body)
  return new Promise((resolve, reject) => {
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
      method: 'POST',
      // A new connection each time: a kept one could lead to an address that was resolved earlier.
      agent: false,
      headers: { ...headers, 'content-length': String(bytes.length) },
      ...options,
    })
    request.on('response', resolve).on('error', reject)
    request.end(bytes)
  })
}

/** Reads some of the answer, so that the receiver does not see a broken connection. Only the status counts. */
async function readSome(answer: IncomingMessage): Promise<void> {
  let read = 0
  try {
    for await (const chunk of answer) {
      read += (chunk as Buffer).length
      if (read > READ_LIMIT) break
    }
  } catch {
    // The status counts, even if the rest of the answer breaks off.
  }
  answer.destroy()
}

/** Bounds the name server's time, too. */
async function ended(signal: AbortSignal): Promise<never> {
  await delay(2 ** 31 - 1, undefined, { signal, ref: false })
  throw new DeliveryError('timeout')
}
