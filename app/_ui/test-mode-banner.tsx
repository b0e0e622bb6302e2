import { env } from '#lib/core/env.ts'

/** Says on every page that payments are simulated, so that nobody takes a test installation for a shop. */
export function TestModeBanner() {
  if (env().BILLING_MODE !== 'test') return null
  return (
    <aside aria-label="Test mode" className="bg-warning px-4 py-1 text-center text-sm text-warning-content">
      Test mode: payments are simulated, no money moves.
    </aside>
  )
}
