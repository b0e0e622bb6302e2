import type { Metadata } from 'next'
import type { ReactNode } from 'react'

export const metadata: Metadata = {
  title: { default: 'Dashboard', template: '%s · Latchkey dashboard' },
  robots: { index: false, follow: false },
}

/** The pages that an operator sees before signing in: one card in the middle. */
export default function DoorLayout({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto flex w-full grow max-w-md flex-col justify-center gap-6 px-4 py-10">
      <p className="text-center text-lg font-semibold tracking-tight">Latchkey dashboard</p>
      {children}
    </main>
  )
}
