import { createHash } from 'node:crypto'
import { z } from 'zod'
import { RevocationListDto } from '#lib/licensing/offline/revocation-list.ts'
import type { Route, RouteContext } from './define-route.ts'
import { type HttpResult, toResponse } from './http-result.ts'

const Content = z.object({ iss: z.string(), issued: z.string(), revoked: z.array(z.string()) })

/**
 * Gives a signed list an `ETag` that depends on its content and the day, so that clients may cache it although each answer is
 * signed anew. Other answers pass unchanged.
 */
export function cacheableList(list: Route): Route {
  const answer: Route['answer'] = async (request, params) =>
    toCacheable(request.headers.get('if-none-match'), await list.answer(request, params))
  const route = async (request: Request, context: RouteContext): Promise<Response> =>
    toResponse(await answer(request, await context.params))
  return Object.assign(route, { contract: list.contract, answer })
}

function toCacheable(ifNoneMatch: string | null, answer: HttpResult): HttpResult {
  if (answer.status !== 200 || typeof answer.body !== 'string') return answer
  const list = RevocationListDto.parse(JSON.parse(answer.body))
  const content = Content.parse(JSON.parse(Buffer.from(list.payload, 'base64url').toString('utf8')))
  const same = [list.protected, content.iss, content.issued.slice(0, 10), ...content.revoked].join('\n')
  const etag = `W/"${createHash('sha256').update(same).digest('base64url')}"`
  const { 'content-type': type = '', ...others } = answer.headers
  const headers = {
    ...others,
    etag,
    'cache-control': 'public, max-age=60',
    vary: 'x-account-id',
    // Pages of any origin may read what is public.
    'access-control-allow-origin': '*',
  }
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim())
  if (known.includes(etag)) return { status: 304, headers, body: null }
  return { status: 200, headers: { ...headers, 'content-type': type }, body: answer.body }
}
