import Link from 'next/link'
import type { ReactNode } from 'react'

/** A list's search and filters: a plain GET form, so that every result has an address. */
export function FilterBar({
  pathname,
  label,
  filtered,
  children,
}: {
  pathname: string
  /** Names the form: `Search users`. */
  label: string
  /** Whether any filter is set; then they can be cleared. */
  filtered: boolean
  children: ReactNode
}) {
  return (
    <search className="mb-4 block">
      <form
        method="get"
        action={pathname}
        aria-label={label}
        className="grid items-end gap-3 sm:grid-cols-2 lg:flex lg:flex-wrap"
      >
        {children}
        <div className="flex gap-2">
          <button type="submit" className="btn">
            Search
          </button>
          {filtered && (
            <Link href={pathname} className="btn btn-ghost">
              Clear
            </Link>
          )}
        </div>
      </form>
    </search>
  )
}

/** Saves what a list shows, all pages of it, for a spreadsheet. A plain link: there is no page to go to. */
export function ExportLink({ pathname, query }: { pathname: string; query: Record<string, string> }) {
  const filters = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''))
  return (
    <a className="btn" href={`${pathname}/export${filters.size > 0 ? `?${filters}` : ''}`} download>
      Export CSV
    </a>
  )
}
