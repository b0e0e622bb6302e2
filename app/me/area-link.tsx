'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'

/** A link of the area's navigation that shows where one is. A client component because a layout does not see the path. */
export function AreaLink({ href, label }: { href: string; label: string }) {
  const pathname = usePathname()
  const here = pathname === href || (href !== '/me' && pathname.startsWith(`${href}/`))
  return (
    <Link
      href={href}
      aria-current={here ? 'page' : undefined}
      className={`border-b-2 px-3 py-2 text-sm font-medium ${here ? 'border-primary' : 'border-transparent hover:border-base-300'}`}
    >
      {label}
    </Link>
  )
}
