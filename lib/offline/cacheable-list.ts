import { createHash } from 'node:crypto'
import { z } from 'zod'
import { RevocationListDto } from './revocation-list.ts'

const Content = z.object({ iss: z.string(), issued: z.string(), revoked: z.array(z.string()) })

/**
 * Lets a signed list be kept and asked for again: within a day, a list that names the same licenses is the same one, though
 * it was signed anew. Other answers pass as they are.
 */
export async function cacheableList(request: Request, answer: Response): Promise<Response> {
  if (answer.status !== 200) return answer
  const text = await answer.text()
  const list = RevocationListDto.parse(JSON.parse(text))
  const content = Content.parse(JSON.parse(Buffer.from(list.payload, 'base64url').toString('utf8')))
  const same = [list.protected, content.iss, content.issued.slice(0, 10), ...content.revoked].join('\n')
  const etag = `W/"${createHash('sha256').update(same).digest('base64url')}"`
  const headers = new Headers(answer.headers)
  headers.set('etag', etag)
  headers.set('cache-control', 'public, max-age=60')
  headers.set('vary', 'x-account-id')
  // Browsers of any origin may read what is public.
  headers.set('access-control-allow-origin', '*')
  const known = (request.headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim())
  if (!known.includes(etag)) return new Response(text, { status: 200, headers })
  headers.delete('content-type')
  return new Response(null, { status: 304, headers })
}
