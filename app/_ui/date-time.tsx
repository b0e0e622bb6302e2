const DATE: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeZone: 'UTC' }
const DATE_TIME: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }

/** A point in time, in UTC and saying so; machines read the exact value. `iso` null shows `empty`. */
export function DateTime({
  iso,
  dateOnly = false,
  empty = '–',
}: {
  iso: string | null | undefined
  dateOnly?: boolean
  empty?: string
}) {
  if (!iso) return <span>{empty}</span>
  const text = new Intl.DateTimeFormat('en', dateOnly ? DATE : DATE_TIME).format(new Date(iso))
  return (
    <time dateTime={iso} title={iso}>
      {dateOnly ? text : `${text} UTC`}
    </time>
  )
}
