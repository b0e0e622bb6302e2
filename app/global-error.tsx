'use client'

import { ErrorNote } from './_ui/error-note.tsx'
import './globals.css'

/** Shown when even the frame around the pages failed: it brings its own document. */
export default function GlobalError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return (
    <html lang="en">
      <body className="flex min-h-screen flex-col bg-base-200 text-base-content antialiased">
        <title>Something went wrong</title>
        <main className="mx-auto max-w-xl px-4 py-16">
          <ErrorNote digest={error.digest} onRetry={reset} />
        </main>
      </body>
    </html>
  )
}
