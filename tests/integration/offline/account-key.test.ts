import { createPublicKey, sign, verify } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { signingKeys } from '#db/schema/products.ts'
import { authorize } from '#lib/core/authorize.ts'
import { accountSigningKey } from '#lib/vendor/signing/account-key.ts'
import { listPublicKeys } from '#lib/vendor/signing/list-public-keys.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { contextFor, visitorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

let accountId: string

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
})

const accountKeys = () =>
  db()
    .select()
    .from(signingKeys)
    .where(and(eq(signingKeys.accountId, accountId), isNull(signingKeys.productId)))

test('an account is made with one Ed25519 key; what it signs is verified by the key of the same kid in the JWKS', async () => {
  expect(await accountKeys()).toHaveLength(1)
  const { kid, privateKey } = await accountSigningKey(db(), accountId)
  const { keys } = await listPublicKeys(authorize(contextFor(visitorActor, { accountId }), 'public'))
  const jwk = keys.find((key) => key.kid === kid)
  expect(jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' })
  expect(jwk).not.toHaveProperty('d')
  const message = Buffer.from('what the account says')
  const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  expect(verify(null, message, publicKey, sign(null, message, privateKey))).toBe(true)
})

test('an account from before these keys gets exactly one, however many ask at once', async () => {
  await db().delete(signingKeys).where(eq(signingKeys.accountId, accountId))
  const keys = await Promise.all(Array.from({ length: 20 }, () => accountSigningKey(db(), accountId)))
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1)
  expect(await accountKeys()).toHaveLength(1)
})

test('the private key is sealed at rest', async () => {
  const [row] = await accountKeys()
  expect(row?.publicPem).toContain('BEGIN PUBLIC KEY')
  expect(row?.sealedPrivatePem).not.toContain('PRIVATE KEY')
})
