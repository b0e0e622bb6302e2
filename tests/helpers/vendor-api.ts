import { z } from 'zod'
import { createPersonalAccessToken } from '#lib/access/tokens/create-personal-access-token.ts'
import { authorize } from '#lib/core/authorize.ts'
import { SCOPES, type Scope } from '#lib/core/permissions.ts'
import { consoleContext } from '#lib/core/system-context.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { type ApiServer, startApiServer } from './api-server.ts'

type Made = { id: string } & Record<string, unknown>

/** A vendor at the Web API over HTTP: everything it has was made by the API. */
export interface VendorApi extends ApiServer {
  accountId: string
  /** A personal access token with every scope. */
  token: string
  /** One with these scopes. */
  tokenOf(...scopes: Scope[]): Promise<string>
  /** Posts with the token, and gives what was made. */
  make(path: string, body: object): Promise<Made>
  /** A product with its template. */
  product(template?: object): Promise<Made>
  /** A customer, signed in. */
  customer(): Promise<{ id: string; email: string; token: string }>
}

const MadeBody = z.looseObject({ id: z.string() })
const PASSWORD = 'correct horse battery staple'
let made = 0

/** Starts it on a database of its own. */
export async function startVendorApi(settings?: Parameters<typeof startApiServer>[0]): Promise<VendorApi> {
  const api = await startApiServer(settings)
  const { id: accountId } = await makeAccount()
  const tokenOf = async (...scopes: Scope[]) => {
    const ctx = authorize(consoleContext(accountId), 'personalAccessToken:write')
    return (await createPersonalAccessToken(ctx, { name: 'test', scopes })).accessToken
  }
  const token = await tokenOf(...SCOPES)
  const make = async (path: string, body: object) => {
    const answer = await api.call(path, { body, token })
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.text}`)
    return MadeBody.parse(answer.body)
  }
  return {
    ...api,
    accountId,
    token,
    tokenOf,
    make,
    async product(template = {}) {
      made += 1
      const { id } = await make('/v3/license-templates', { name: `Template ${made}`, ...template })
      return make('/v3/products', { name: `product-${made}`, licenseTemplateId: id })
    },
    async customer() {
      made += 1
      const email = `customer-${made}@example.com`
      const { id } = await make('/v3/users', {
        firstName: 'Jane',
        lastName: 'Doe',
        email,
        password: PASSWORD,
      })
      const body = { accountId, email, password: PASSWORD }
      const login = await api.call('/v3/accounts/login', { body, ip: `198.51.100.${made % 250}` })
      return { id, email, token: z.object({ accessToken: z.string() }).parse(login.body).accessToken }
    },
  }
}
