import { validateLicense } from '#lib/licensing/validation/validate-license.ts'
import { ValidationDto, ValidationInput } from '#lib/licensing/validation/validation-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Validate a license',
      description:
        'Says whether a license is good and why not, for a device where its fingerprint is given. Needs no token, writes nothing, and answers 200 also for keys that do not exist. The answer is signed (headers Date, Digest, Latchkey-Signature) with the account’s Ed25519 key in /.well-known/jwks.json.',
      permission: 'public',
      body: ValidationInput,
      response: ValidationDto,
      status: 200,
      signed: true,
    },
    (ctx, { body }) => validateLicense(ctx, body),
  ),
})
