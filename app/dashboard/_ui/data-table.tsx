import type { ReactNode } from 'react'

/**
 * A table that scrolls sideways inside itself on small screens, never the page. `columns` are
 * heading and cell. A row should hold a link or button, so that what scrolls can be reached by keyboard.
 */
export function DataTable<Row extends { id: string }>({
  caption,
  columns,
  rows,
}: {
  /** What the table lists; for assistive technology. */
  caption: string
  columns: readonly [heading: string, cell: (row: Row) => ReactNode][]
  rows: readonly Row[]
}) {
  return (
    <div className="overflow-x-auto rounded-box border border-base-300 bg-base-100">
      <table className="table">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map(([heading]) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {columns.map(([heading, cell]) => (
                <td key={heading}>{cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
