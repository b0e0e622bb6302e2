import { and, eq } from 'drizzle-orm'
import { mails } from '#db/schema/mail.ts'
import { permissionsOf } from '#lib/core/actor.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { notFound } from '#lib/core/errors.ts'
import type { Permission } from '#lib/core/permissions.ts'
import { type MailDto, toMailDto } from './mail-dto.ts'
import type { MailTemplate } from './mail-props.ts'

/** The permission that a mail's links grant to whoever follows them. Null: they grant nothing. */
const LINKS_DO = {
  welcome: null,
  'license-key': null,
  'password-reset': 'user:write',
  'security-notice': null,
  'device-freed': null,
  'operator-alert': null,
  'audit-head': null,
  // The vendor wrote it, so its links are unknown.
  automated: 'automatedEmail:write',
} as const satisfies Record<MailTemplate, Permission | null>

/**
 * One mail with its content, as far as it is kept. Its links are shown only to operators who hold the permission that they
 * grant.
 * @throws NOT_FOUND
 */
export async function getMail(ctx: Authorized<'mail:read'>, id: string): Promise<MailDto> {
  const [row] = await ctx.db
    .select()
    .from(mails)
    .where(and(eq(mails.accountId, ctx.accountId), eq(mails.id, id)))
  if (!row) throw notFound('mail')
  return mayFollow(ctx, row.template) ? toMailDto(row) : withoutLinks(toMailDto(row))
}

function mayFollow(ctx: Ctx, template: string): boolean {
  const needed = isTemplate(template) ? LINKS_DO[template] : 'user:write'
  return needed === null || permissionsOf(ctx.actor).has(needed)
}

function isTemplate(template: string): template is MailTemplate {
  return Object.hasOwn(LINKS_DO, template)
}

/** Every address in it is hidden: in text, and where a link or an image would lead. */
function withoutLinks(mail: MailDto): MailDto {
  const hide = (text: string | null) => text?.replace(/https?:\/\/[^\s"'<>)]+/gi, '[hidden link]') ?? null
  return { ...mail, html: hide(mail.html), text: hide(mail.text) }
}
