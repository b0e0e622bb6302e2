import type { ReactNode } from 'react'

/** A part that is opened when it is needed; the browser does it, without scripts. */
export function Disclosure({
  summary,
  children,
  open,
}: {
  summary: ReactNode
  children: ReactNode
  open?: boolean
}) {
  return (
    <details className="rounded-box border border-base-300" open={open}>
      <summary className="cursor-pointer px-4 py-3 font-medium">{summary}</summary>
      <div className="border-t border-base-300 p-4">{children}</div>
    </details>
  )
}
