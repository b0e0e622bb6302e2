import type { ReactNode } from 'react'

/** Shown instead of an empty list: what would be here, and how to get it. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="rounded-box border border-dashed border-base-300 bg-base-100 px-6 py-12 text-center">
      <p className="font-medium">{title}</p>
      {children && <p className="mx-auto mt-1 max-w-prose text-base-content/70">{children}</p>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  )
}
