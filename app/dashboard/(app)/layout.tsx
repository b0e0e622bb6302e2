import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { permissionsOf } from '#lib/core/actor.ts'
import { authorizeOperator, currentOperator } from '#lib/web/sessions/operator.ts'
import { NavLink } from '../_ui/nav-link.tsx'
import { NAVIGATION } from '../_ui/navigation.ts'

export const metadata: Metadata = {
  title: { default: 'Dashboard', template: '%s · Latchkey dashboard' },
  robots: { index: false, follow: false },
}

/** The frame around every page of a signed-in operator. Each page checks for itself: a layout is not run again on navigation. */
export default async function FrameLayout({ children }: { children: ReactNode }) {
  const { actor } = await authorizeOperator('public')
  const operator = await currentOperator()
  const held = permissionsOf(actor)
  const links = NAVIGATION.filter(({ permission }) => permission === 'public' || held.has(permission))
  return (
    <div className="drawer lg:drawer-open">
      <a
        href="#content"
        className="btn btn-primary btn-sm sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to content
      </a>
      <input id="dashboard-menu" type="checkbox" className="drawer-toggle" aria-label="Menu" />
      <div className="drawer-content min-w-0">
        <div className="flex items-center gap-2 border-b border-base-300 bg-base-100 px-4 py-2 lg:hidden">
          <label htmlFor="dashboard-menu" className="btn btn-ghost btn-sm">
            Menu
          </label>
          <span className="font-semibold">Latchkey</span>
        </div>
        <main id="content" className="mx-auto w-full max-w-6xl px-4 py-6 sm:px-6 lg:py-8">
          {children}
        </main>
      </div>
      <div className="drawer-side z-40">
        <label htmlFor="dashboard-menu" className="drawer-overlay">
          <span className="sr-only">Close menu</span>
        </label>
        <div className="flex min-h-full w-60 flex-col gap-4 border-r border-base-300 bg-base-100 p-4">
          <p className="px-3 text-lg font-semibold tracking-tight">Latchkey</p>
          <nav aria-label="Dashboard" className="grow">
            <ul className="menu w-full p-0">
              {links.map(({ href, label }) => (
                <li key={href}>
                  <NavLink href={href} label={label} />
                </li>
              ))}
            </ul>
          </nav>
          <div className="space-y-2 border-t border-base-300 px-3 pt-4 text-sm">
            <p className="truncate font-medium">{operator?.name}</p>
            <p className="truncate text-base-content/70">{operator?.email}</p>
            <form action="/dashboard/sign-out" method="post">
              <button type="submit" className="btn btn-neutral btn-sm w-full">
                Sign out
              </button>
            </form>
          </div>
        </div>
      </div>
    </div>
  )
}
