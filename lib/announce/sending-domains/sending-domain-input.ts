import { z } from 'zod'
import { parseEmail } from '#lib/core/canonical-email.ts'
import { text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'

/** A domain name, in the one form that addresses are compared in. */
const domain = () =>
  text(253, 1).transform((value, refinement) => {
    const parsed = parseEmail(`postmaster@${value.trim().replace(/\.$/, '')}`)
    if (typeof parsed !== 'string') return parsed.canonical.slice('postmaster@'.length)
    refinement.addIssue({ code: 'custom', message: 'must be a domain name like mail.example.com' })
    return z.NEVER
  })

/** Body of `POST /v3/sending-domains`. */
export const CreateSendingDomainInput = z.object({ domain: domain() })
export type CreateSendingDomainInput = z.output<typeof CreateSendingDomainInput>

/** Body of `PATCH /v3/sending-domains/{id}`. */
export const UpdateSendingDomainInput = z.object({ domain: optionalField(domain()) })
export type UpdateSendingDomainInput = z.output<typeof UpdateSendingDomainInput>
