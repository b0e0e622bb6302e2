/** Longest date pattern, characters. Each of its parts may create a formatter, which takes time and memory. */
const PATTERN_LIMIT = 100

const STYLES = ['short', 'medium', 'long', 'full'] as const
type Style = (typeof STYLES)[number]

/**
 * `{{ license.expiresAt | format_date }}` → January 31, 2027. Takes a style (`short`, `medium`, `long`, `full`) or a pattern
 * of `yyyy yy MMMM MMM MM M dd d HH mm ss`, and a language. Times are UTC. Nothing gives nothing.
 */
export function formatDate(value: unknown, form: unknown = 'long', language: unknown = 'en'): string {
  if (value === null || value === undefined || value === '') return ''
  const date = new Date(String(value))
  if (Number.isNaN(date.getTime())) throw new Error('format_date: this is not a date')
  const locale = localeOf(language)
  if (isStyle(form)) return new Intl.DateTimeFormat(locale, { dateStyle: form, timeZone: 'UTC' }).format(date)
  const pattern = String(form)
  if (pattern.length > PATTERN_LIMIT)
    throw new Error(`format_date: the pattern is longer than ${PATTERN_LIMIT} characters`)
  return pattern.replace(/yyyy|yy|MMMM|MMM|MM|M|dd|d|HH|mm|ss/g, (part) => datePart(date, part, locale))
}

/** `{{ license.allowedActivations | format_number }}` → 1,250. Takes the number of decimals and a language. */
export function formatNumber(value: unknown, decimals?: unknown, language: unknown = 'en'): string {
  if (value === null || value === undefined || value === '') return ''
  const number = Number(value)
  if (!Number.isFinite(number)) throw new Error('format_number: this is not a number')
  const digits =
    decimals === undefined ? undefined : Math.min(20, Math.max(0, Math.trunc(Number(decimals) || 0)))
  const options = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return new Intl.NumberFormat(localeOf(language), options).format(number)
}

function isStyle(form: unknown): form is Style {
  return (STYLES as readonly unknown[]).includes(form)
}

function localeOf(language: unknown): string {
  try {
    return Intl.getCanonicalLocales(String(language))[0] ?? 'en'
  } catch {
    return 'en'
  }
}

function datePart(date: Date, part: string, locale: string): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const month = (style: 'long' | 'short') =>
    new Intl.DateTimeFormat(locale, { month: style, timeZone: 'UTC' }).format(date)
  switch (part) {
    case 'yyyy':
      return String(date.getUTCFullYear()).padStart(4, '0')
    case 'yy':
      return two(date.getUTCFullYear() % 100)
    case 'MMMM':
      return month('long')
    case 'MMM':
      return month('short')
    case 'MM':
      return two(date.getUTCMonth() + 1)
    case 'M':
      return String(date.getUTCMonth() + 1)
    case 'dd':
      return two(date.getUTCDate())
    case 'd':
      return String(date.getUTCDate())
    case 'HH':
      return two(date.getUTCHours())
    case 'mm':
      return two(date.getUTCMinutes())
    default:
      return two(date.getUTCSeconds())
  }
}
