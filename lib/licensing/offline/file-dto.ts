import { z } from 'zod'
import { isoDate } from '#lib/core/input/fields.ts'
import { INCLUDES } from './file-input.ts'

/** A license or machine file as it leaves. */
export const OfflineFileDto = z
  .object({
    type: z.enum(['license-file', 'machine-file']),
    certificate: z.string().meta({ description: 'The file, to be kept as it is.' }),
    algorithm: z.string(),
    kid: z.string().meta({ description: 'The key that signed it, see /.well-known/jwks.json.' }),
    issued: isoDate(),
    expiry: isoDate(),
    ttl: z.int(),
    includes: z.array(z.enum(INCLUDES)),
  })
  .meta({ id: 'OfflineFile' })
export type OfflineFileDto = z.output<typeof OfflineFileDto>
