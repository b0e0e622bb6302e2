import type { LatchkeyContext } from './context.ts'
import { LatchkeyError, localError, sentenceFor } from './errors.ts'
import { isJsonObject, parseJson, textOf } from './json.ts'

type ServerCall = { method: 'POST' | 'PATCH'; path: string; body: unknown }

/**
 * Sends one request and returns the parsed body of a 2xx answer. Throws `LatchkeyError`: `NETWORK` when no answer came,
 * else the server's code, else `UNEXPECTED_ANSWER`.
 */
export async function callServer(ctx: LatchkeyContext, call: ServerCall): Promise<unknown> {
  const { response, text } = await send(ctx, call)
  const body = parseJson(text)
  if (response.ok) return body
  throw refusal(response, body)
}

async function send(ctx: LatchkeyContext, { method, path, body }: ServerCall) {
  const { fetch } = ctx
  try {
    const response = await fetch(`${ctx.url}${path}`, {
      method,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ctx.timeoutMs),
    })
    return { response, text: await response.text() }
  } catch (cause) {
    throw localError('NETWORK', 'The license server cannot be reached. Check the network connection.', {
      cause,
    })
  }
}

function refusal(response: Response, body: unknown): LatchkeyError {
  const { status } = response
  const envelope = isJsonObject(body) ? body : {}
  const code = textOf(envelope, 'code')
  const retryAfter = Number(response.headers.get('retry-after') ?? '')
  const details = {
    status,
    ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}),
    ...(/^https?:\/\//.test(textOf(envelope, 'fixUrl')) ? { fixUrl: textOf(envelope, 'fixUrl') } : {}),
  }
  if (code) return new LatchkeyError(code, sentenceFor(code, textOf(envelope, 'message')), details)
  return localError(
    'UNEXPECTED_ANSWER',
    `The license server gave an unexpected answer (HTTP ${status}).`,
    details,
  )
}
