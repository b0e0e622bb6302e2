'use client'

import { ErrorNote } from './_ui/error-note.tsx'

/** Shown in place of a page that failed; a client component because Next asks for one. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <main className="mx-auto max-w-xl px-4 py-16">
      <ErrorNote digest={error.digest} onRetry={reset} />
    </main>
  )
}
