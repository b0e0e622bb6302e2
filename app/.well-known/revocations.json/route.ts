import { RevocationListDto, revocationList } from '#lib/licensing/offline/revocation-list.ts'
import { cacheableList } from '#lib/web/http/cacheable-list.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const list = defineRoute(
  {
    summary: 'Signed list of revoked licenses',
    description: 'A JWS in flattened JSON form, for applications that use files without a connection.',
    permission: 'public',
    response: RevocationListDto,
    status: 200,
  },
  (ctx) => revocationList(ctx),
)

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({ GET: cacheableList(list) })
