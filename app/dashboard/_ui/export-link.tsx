/** Saves what a list shows, all pages of it, for a spreadsheet. A plain link: there is no page to go to. */
export function ExportLink({ pathname, query }: { pathname: string; query: Record<string, string> }) {
  const filters = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''))
  return (
    <a className="btn" href={`${pathname}/export${filters.size > 0 ? `?${filters}` : ''}`} download>
      Export CSV
    </a>
  )
}
