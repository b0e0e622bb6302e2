import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { db } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { personalAccessTokens } from '#db/schema/operators.ts'
import { licenseTemplates, products, signingKeys } from '#db/schema/products.ts'
import { accessTokens, userIdentifiers, users } from '#db/schema/users.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import {
  hashToken,
  newPersonalAccessToken,
  newToken,
  PAT_PREFIX,
  USER_TOKEN_PREFIX,
} from '#lib/core/crypto/token.ts'
import { newId } from '#lib/core/ids.ts'
import type { Scope } from '#lib/core/permissions.ts'
import { storedKey } from '#lib/licensing/licenses/license-key.ts'

type LicenseColumns = Partial<typeof licenses.$inferInsert>
type UserColumns = Partial<typeof users.$inferInsert>

/** Making an RSA key takes a tenth of a second, and no test looks at whose it is. */
const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

const unique = () => randomBytes(6).toString('hex')

/** A product of the account with its template and signing key. */
export async function makeSignedProduct(
  accountId: string,
  columns: Partial<typeof products.$inferInsert> = {},
) {
  const at = new Date()
  const times = { createdAt: at, updatedAt: at }
  const licenseTemplateId = newId()
  await db()
    .insert(licenseTemplates)
    .values({ accountId, id: licenseTemplateId, name: `Template ${unique()}`, ...times })
  const id = newId()
  const name = `product-${unique()}`
  await db()
    .insert(products)
    .values({ accountId, id, name, displayName: 'Drawing Board', licenseTemplateId, ...times, ...columns })
  const { kid, publicPem } = await makeSigningKey(accountId, id)
  return { id, name, licenseTemplateId, kid, publicPem }
}

/** One more signing key of a product. */
export async function makeSigningKey(accountId: string, productId: string, retiredAt: Date | null = null) {
  const kid = newId()
  await db()
    .insert(signingKeys)
    .values({
      accountId,
      id: kid,
      productId,
      algorithm: 'RS256',
      publicPem: pair.publicKey,
      sealedPrivatePem: seal('signing-key', pair.privateKey, kid),
      retiredAt,
      createdAt: new Date(),
    })
  return { kid, publicPem: pair.publicKey }
}

/** A license of the product, for 3 devices unless said otherwise. */
export async function makeLicenseOf(
  accountId: string,
  product: { id: string; licenseTemplateId: string },
  columns: LicenseColumns = {},
) {
  const at = new Date()
  const id = newId()
  const key = unique().toUpperCase() + unique().toUpperCase()
  await db()
    .insert(licenses)
    .values({
      accountId,
      id,
      productId: product.id,
      licenseTemplateId: product.licenseTemplateId,
      ...storedKey(key, id),
      allowedActivations: 3,
      createdAt: at,
      updatedAt: at,
      ...columns,
    })
  return { id, key }
}

/** A customer with a bearer token of their own. */
export async function makeCustomer(accountId: string, columns: UserColumns = {}) {
  const at = new Date()
  const times = { createdAt: at, updatedAt: at }
  const id = newId()
  const email = `jane-${unique()}@example.com`
  await db()
    .insert(users)
    .values({ accountId, id, firstName: 'Jane', lastName: 'Doe', company: 'Doe Ltd', ...times, ...columns })
  await db()
    .insert(userIdentifiers)
    .values({ accountId, id: newId(), userId: id, kind: 'email', value: email, canonical: email, ...times })
  const token = newToken(USER_TOKEN_PREFIX)
  await db()
    .insert(accessTokens)
    .values({
      accountId,
      id: newId(),
      userId: id,
      tokenHash: hashToken(token),
      kind: 'api',
      expiresAt: new Date(at.getTime() + 36_000_000),
      createdAt: at,
    })
  return { id, email, token }
}

/** A personal access token with these scopes. */
export async function makeMachineToken(accountId: string, ...scopes: Scope[]): Promise<string> {
  const at = new Date()
  const token = newPersonalAccessToken()
  await db()
    .insert(personalAccessTokens)
    .values({
      accountId,
      id: newId(),
      name: 'test',
      tokenHash: hashToken(token),
      prefix: PAT_PREFIX,
      lastFour: token.slice(-4),
      scopes,
      createdBy: 'system:test',
      createdAt: at,
      updatedAt: at,
    })
  return token
}
