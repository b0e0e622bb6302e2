import type { Recurring } from '../documents/catalogue.ts'

const DAY_SECONDS = 24 * 3600

/**
 * The end of the period that starts at `start`: the first billing moment after it, counted in whole intervals from the
 * anchor. Months keep the anchor's day and fall back to the month's last one (31 Jan → 28 Feb → 31 Mar). Seconds, UTC.
 */
export function periodEnd(
  anchor: number,
  start: number,
  recurring: Pick<Recurring, 'interval' | 'interval_count'>,
): number {
  const { interval, interval_count: count } = recurring
  if (interval === 'day' || interval === 'week') {
    const step = count * DAY_SECONDS * (interval === 'week' ? 7 : 1)
    return anchor + (Math.floor((start - anchor) / step) + 1) * step
  }
  const months = count * (interval === 'year' ? 12 : 1)
  const elapsed = monthsBetween(anchor, start)
  // One step early, because the day of the month may not have come yet.
  let steps = Math.floor(elapsed / months) - 1
  while (addMonths(anchor, steps * months) <= start) steps += 1
  return addMonths(anchor, steps * months)
}

function monthsBetween(from: number, to: number): number {
  const a = new Date(from * 1000)
  const b = new Date(to * 1000)
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth()
}

function addMonths(anchor: number, months: number): number {
  const date = new Date(anchor * 1000)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth() + months
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const day = Math.min(date.getUTCDate(), lastDay)
  const midnight = Date.UTC(year, month, day) / 1000
  return midnight + (anchor % DAY_SECONDS)
}
