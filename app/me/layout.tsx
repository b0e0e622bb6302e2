import Link from 'next/link'
import type { ReactNode } from 'react'
import { SiteFrame } from '../_ui/site-frame.tsx'

const PAGES = [
  { href: '/me/licenses', label: 'Licenses' },
  { href: '/me', label: 'Profile' },
  { href: '/me/security', label: 'Security' },
]

/** The customer's area. It guards nothing: layouts do not run again on navigation, so every page asks for itself. */
export default function MeLayout({ children }: { children: ReactNode }) {
  return (
    <SiteFrame>
      <nav aria-label="Your account" className="mb-8 flex flex-wrap gap-1 border-b border-base-300 pb-3">
        {PAGES.map(({ href, label }) => (
          <Link key={href} href={href} className="btn btn-ghost btn-sm">
            {label}
          </Link>
        ))}
      </nav>
      {children}
    </SiteFrame>
  )
}
