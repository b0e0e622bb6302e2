import { and, eq, isNotNull } from 'drizzle-orm'
import { userIdentifiers } from '#db/schema/users.ts'
import { canonicalEmail } from '#lib/core/canonical-email.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { MailProps, MailTemplate, OwnTemplate } from './mail-props.ts'

/**
 * Which props hold text that a user or a device chose. A new template does not compile without its line here: to an unproved
 * address such text would carry a stranger's message.
 */
export const USER_TEXT = {
  welcome: ['firstName'],
  'license-key': ['firstName'],
  'password-reset': ['firstName'],
  'security-notice': ['firstName'],
  'device-freed': ['firstName', 'deviceName'],
  // To operators alone, about ids.
  'operator-alert': [],
  'audit-head': [],
} as const satisfies { [T in OwnTemplate]: readonly (keyof MailProps[T])[] }

/** Whether that address is one of the user's, and somebody has proved to read it. */
export async function isProvedAddress(ctx: Ctx, userId: string | null, address: string): Promise<boolean> {
  if (userId === null) return false
  const [proved] = await ctx.db
    .select({ id: userIdentifiers.id })
    .from(userIdentifiers)
    .where(
      and(
        eq(userIdentifiers.accountId, ctx.accountId),
        eq(userIdentifiers.userId, userId),
        eq(userIdentifiers.kind, 'email'),
        eq(userIdentifiers.canonical, canonicalEmail(address)),
        isNotNull(userIdentifiers.verifiedAt),
      ),
    )
  return proved !== undefined
}

/** The props of a mail to an address that nobody has proved: the same without a word of the user's. */
export function withoutUserText<T extends MailTemplate>(template: T, props: MailProps[T]): MailProps[T] {
  if (isWritten(template, props)) {
    // A test goes to the operator who asked for it, with made-up values.
    return props.automatedEmailId === null ? props : { ...props, variables: wordless(props.variables) }
  }
  const fields: readonly string[] = template === 'automated' ? [] : USER_TEXT[template as OwnTemplate]
  return { ...props, ...Object.fromEntries(fields.map((field) => [field, ''])) }
}

function isWritten(template: MailTemplate, _props: unknown): _props is MailProps['automated'] {
  return template === 'automated'
}

/** Members of a user or an organization that they did not choose themselves. */
const KEPT = ['email', 'role', 'roles']

/** The variables of a mail that the vendor wrote: of people, organizations and devices only ids, times and numbers are left. */
function wordless(variables: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => {
      if (name === 'user' || name === 'activation') return [name, withoutText(value, KEPT)]
      if (name === 'license' && isObject(value)) {
        const { user, organization, reseller } = value
        return [
          name,
          {
            ...value,
            user: withoutText(user, KEPT),
            organization: withoutText(organization, KEPT),
            reseller: withoutText(reseller, KEPT),
          },
        ]
      }
      return [name, value]
    }),
  )
}

const ID_OR_TIME =
  /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)$/i

/** The same value with every text emptied that is neither an id nor a time; members named in `kept` stay as they are. */
export function withoutText(value: unknown, kept: readonly string[]): unknown {
  if (typeof value === 'string') return ID_OR_TIME.test(value) ? value : ''
  // As many as before: a template may name one by its place.
  if (Array.isArray(value)) return value.map((item) => withoutText(item, kept))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      kept.includes(name) ? inner : withoutText(inner, kept),
    ]),
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
