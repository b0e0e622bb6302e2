import type { ReactNode } from 'react'

/** Facts about one thing: term and value. A value of null is left out. */
export function Facts({ items }: { items: readonly [term: string, value: ReactNode][] }) {
  return (
    <dl className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
      {items
        .filter(([, value]) => value !== null)
        .map(([term, value]) => (
          <div key={term} className="min-w-0">
            <dt className="text-sm text-base-content/70">{term}</dt>
            <dd className="mt-0.5 break-words">{value}</dd>
          </div>
        ))}
    </dl>
  )
}
