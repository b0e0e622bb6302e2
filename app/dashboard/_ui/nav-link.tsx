'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'

/** A link that marks itself on its own page. A client component because a layout does not see the path. */
export function NavLink({ href, label }: { href: string; label: string }) {
  const pathname = usePathname()
  const here =
    href === '/dashboard' ? pathname === href : pathname === href || pathname.startsWith(`${href}/`)
  return (
    <Link href={href} aria-current={here ? 'page' : undefined} className={here ? 'menu-active' : ''}>
      {label}
    </Link>
  )
}
