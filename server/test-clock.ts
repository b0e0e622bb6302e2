import type { RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { instantInput, int } from '#lib/core/input/fields.ts'
import { parseInput } from '#lib/core/input/input.ts'
import { moveClock } from '#lib/ops/test-clock/test-clock.ts'
import { errorResponse } from '#lib/web/http/error-response.ts'

const Move = z.union([z.strictObject({ advance: int({ min: 1 }) }), z.strictObject({ set: instantInput() })])

/**
 * `POST /_test/clock { "advance": seconds } | { "set": date }`: moves application and Stripe emulator together. Mounted in
 * test mode only.
 */
export function createTestClockDoor(afterJump: (now: Date) => Promise<void>): RequestListener {
  return (request, response) => {
    const answer = async (): Promise<Response> => {
      if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } })
      const move = parseInput(Move, parseJson(await text(request)))
      const now = await moveClock(db(), 'advance' in move ? { advanceSeconds: move.advance } : move)
      await afterJump(now)
      return Response.json({ now: now.toISOString() })
    }
    answer()
      .catch((error: unknown) => errorResponse(error, newId()))
      .then(async (result) => {
        response.writeHead(result.status, Object.fromEntries(result.headers))
        response.end(await result.text())
      })
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body || '{}')
  } catch (cause) {
    throw new AppError('INVALID_JSON', 'The body is not valid JSON.', { cause })
  }
}
