import type { Metadata } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { TestModeBanner } from './_ui/test-mode-banner.tsx'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Latchkey', template: '%s · Latchkey' },
  description: 'Buy, manage and activate your software licenses.',
}

/** Reading the headers makes every page dynamic: a static page would carry no CSP nonce and its scripts would be blocked. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  await headers()
  return (
    <html lang="en">
      <body className="flex min-h-screen flex-col bg-base-200 text-base-content antialiased">
        <TestModeBanner />
        {children}
      </body>
    </html>
  )
}
