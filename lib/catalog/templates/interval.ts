import { Temporal } from 'temporal-polyfill'
import { fieldError } from '#lib/core/errors.ts'

/** The longest interval taken, in days: beyond it expiry dates would leave the calendar that databases and clients share. */
const MAX_DAYS = 36_525
/** Nominal lengths for the old API's `validity`. No expiry is computed with them. */
const YEAR_DAYS = 365
const MONTH_DAYS = 30
const DAY_SECONDS = 86_400

/**
 * An ISO 8601 interval in its shortest spelling, or undefined when it is not one, not positive, or longer than a century.
 * The empty text means perpetual and stays empty.
 */
export function normalizeInterval(text: string): string | undefined {
  if (text.trim() === '') return ''
  const interval = parse(text)
  if (!interval || interval.sign <= 0 || nominalSeconds(interval) > MAX_DAYS * DAY_SECONDS) return undefined
  // Fractions of a second would be lost where dates are kept, and an interval of nothing else would last no time at all.
  if (interval.milliseconds || interval.microseconds || interval.nanoseconds) return undefined
  return interval.toString()
}

/** The interval of so many seconds (the old API's `validity`); zero means perpetual. */
export function intervalOfSeconds(seconds: number): string {
  return seconds <= 0 ? '' : `PT${seconds}S`
}

/** What the old API's `validity` says of an interval: its nominal length in seconds (year 365 days, month 30), 0 = perpetual. */
export function intervalSeconds(text: string): number {
  const interval = parse(text)
  return interval ? nominalSeconds(interval) : 0
}

/**
 * The instant one interval later in the UTC calendar; the 31st becomes a shorter month's last day.
 * @throws INVALID_INPUT naming `field` when that is beyond the year 9999
 */
export function addInterval(from: Date, text: string, field = 'expiresAt'): Date {
  return later(from, parseOrThrow(text), 1, field)
}

/**
 * The end of the period after the one that ends at `end`. Where `end` lies a whole number of intervals after the anchor, the
 * next is counted from there too, so that a license begun on the 31st ends on the 28th of February and then on the 31st of
 * March.
 * @throws INVALID_INPUT naming `field` when that is beyond the year 9999
 */
export function nextPeriodEnd(end: Date, text: string, anchor: Date, field = 'expiresAt'): Date {
  const interval = parseOrThrow(text)
  const estimate = Math.round((end.getTime() - anchor.getTime()) / 1000 / nominalSeconds(interval))
  // Nominal months are shorter than real ones: the estimate is off by less than one in sixty.
  const slack = 1 + Math.ceil(estimate / 60)
  for (let count = Math.max(1, estimate - slack); count <= estimate + slack; count += 1) {
    const candidate = later(anchor, interval, count, field)
    if (candidate.getTime() === end.getTime()) return later(anchor, interval, count + 1, field)
    if (candidate > end) break
  }
  return later(end, interval, 1, field)
}

function later(from: Date, interval: Temporal.Duration, count: number, field: string): Date {
  const { years, months, weeks, days, hours, minutes, seconds } = interval
  const whole = Temporal.Duration.from({
    years: years * count,
    months: months * count,
    weeks: weeks * count,
    days: days * count,
    hours: hours * count,
    minutes: minutes * count,
    seconds: seconds * count,
  })
  const start = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO('UTC')
  const end = new Date(start.add(whole).epochMilliseconds)
  if (end.getUTCFullYear() > 9999) {
    throw fieldError(field, 'it would lie after the year 9999')
  }
  return end
}

function parse(text: string): Temporal.Duration | undefined {
  if (text.trim() === '' || text.length > 60) return undefined
  try {
    return Temporal.Duration.from(text.trim())
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function parseOrThrow(text: string): Temporal.Duration {
  const interval = parse(text)
  if (!interval) throw new Error(`"${text}" is not an interval`)
  return interval
}

function nominalSeconds(interval: Temporal.Duration): number {
  const days = interval.years * YEAR_DAYS + interval.months * MONTH_DAYS + interval.weeks * 7 + interval.days
  return days * DAY_SECONDS + interval.hours * 3600 + interval.minutes * 60 + interval.seconds
}
