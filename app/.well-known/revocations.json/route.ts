import { defineRoute } from '#lib/http/define-route.ts'
import { methods } from '#lib/http/methods.ts'
import { cacheableList } from '#lib/offline/cacheable-list.ts'
import { RevocationListDto, revocationList } from '#lib/offline/revocation-list.ts'

const list = defineRoute(
  {
    summary: 'Signed list of revoked licenses',
    description: 'A JWS in flattened JSON form, for applications that hold a file and meet no server.',
    permission: 'public',
    response: RevocationListDto,
    status: 200,
  },
  (ctx) => revocationList(ctx),
)

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({ GET: cacheableList(list) })
