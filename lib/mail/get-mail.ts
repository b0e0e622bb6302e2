import { and, eq } from 'drizzle-orm'
import { mails } from '#db/schema/mail.ts'
import type { Authorized } from '../auth/authorize.ts'
import { notFound } from '../errors.ts'
import { type MailDto, toMailDto } from './mail-dto.ts'

/**
 * One mail with its content, as far as it is kept.
 * @throws NOT_FOUND
 */
export async function getMail(ctx: Authorized<'mail:read'>, id: string): Promise<MailDto> {
  const [row] = await ctx.db
    .select()
    .from(mails)
    .where(and(eq(mails.accountId, ctx.accountId), eq(mails.id, id)))
  if (!row) throw notFound('mail')
  return toMailDto(row)
}
