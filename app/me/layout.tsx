import type { ReactNode } from 'react'
import { SiteFrame } from '../_ui/site-frame.tsx'
import { AreaLink } from './area-link.tsx'

const PAGES = [
  { href: '/me/licenses', label: 'Licenses' },
  { href: '/me', label: 'Profile' },
  { href: '/me/security', label: 'Security' },
]

/** The customer's area. It guards nothing: layouts do not run again on navigation, so every page authorizes by itself. */
export default function MeLayout({ children }: { children: ReactNode }) {
  const nav = (
    <nav aria-label="Your account" className="border-b border-base-300 bg-base-100">
      <div className="mx-auto flex w-full max-w-5xl flex-wrap gap-1 px-4">
        {PAGES.map((page) => (
          <AreaLink key={page.href} {...page} />
        ))}
      </div>
    </nav>
  )
  return <SiteFrame nav={nav}>{children}</SiteFrame>
}
