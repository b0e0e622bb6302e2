import type { ReactNode } from 'react'

/**
 * A table that scrolls sideways inside itself on small screens, never the page. `columns` maps each heading to its cell; a
 * row's first cell should be a link, so that the scrolling part can be reached by keyboard.
 */
export function DataTable<Row extends { id: string }>({
  caption,
  columns,
  rows,
}: {
  /** What the table lists; for assistive technology. */
  caption: string
  columns: Record<string, (row: Row) => ReactNode>
  rows: readonly Row[]
}) {
  return (
    <div className="overflow-x-auto rounded-box border border-base-300 bg-base-100">
      <table className="table">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {Object.keys(columns).map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {Object.entries(columns).map(([heading, cell]) => (
                <td key={heading}>{cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
