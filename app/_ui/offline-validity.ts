/** How long a response may count, in days, as people choose it. */
export const VALIDITY_DAYS = [7, 30, 90, 365] as const

/** The choices of a form. */
export const VALIDITY_OPTIONS = VALIDITY_DAYS.map((days) => ({
  value: String(days),
  label: days === 365 ? 'A year' : `${days} days`,
}))

/** A chosen number of days, in seconds. */
export function validitySeconds(days: string): number {
  return Number(days) * 86_400
}
