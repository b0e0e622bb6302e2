'use client'

/** Says that a page failed, with the number under which the log has the reason. */
export function ErrorNote({ digest, onRetry }: { digest: string | undefined; onRetry: () => void }) {
  return (
    <div className="text-center">
      <h1 className="text-2xl font-semibold tracking-tight">Something went wrong on our side</h1>
      <p className="mt-2 text-base-content/70">
        Please try again in a moment.{digest && ` If you ask for help, quote ${digest}.`}
      </p>
      <button type="button" className="btn btn-primary mt-6" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}
