import Link from 'next/link'

interface PaginationProps {
  /** 1-based. */
  page: number
  limit: number
  total: number
  /** The list's path and its other query parameters, which the links keep. */
  pathname: string
  query?: Record<string, string | undefined>
  /** What is listed, plural: `users`. */
  noun: string
}

/** Links to the page before and after, as plain links. Nothing to turn shows only the count. */
export function Pagination({ page, limit, total, pathname, query = {}, noun }: PaginationProps) {
  const last = Math.max(1, Math.ceil(total / limit))
  const href = (number: number) => {
    const params = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) if (value) params.set(name, value)
    if (number > 1) params.set('page', String(number))
    const text = params.toString()
    return text ? `${pathname}?${text}` : pathname
  }
  return (
    <nav aria-label={`Pages of ${noun}`} className="mt-4 flex flex-wrap items-center justify-between gap-3">
      <p className="text-sm text-base-content/70">
        {total} {total === 1 ? noun.replace(/s$/, '') : noun}
        {last > 1 && `, page ${page} of ${last}`}
      </p>
      {last > 1 && (
        <div className="join">
          {page > 1 && (
            <Link className="btn join-item btn-sm" href={href(page - 1)} rel="prev">
              Previous
            </Link>
          )}
          {page < last && (
            <Link className="btn join-item btn-sm" href={href(page + 1)} rel="next">
              Next
            </Link>
          )}
        </div>
      )}
    </nav>
  )
}
