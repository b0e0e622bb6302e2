import Link from 'next/link'
import type { ReactNode } from 'react'
import { authorize } from '#lib/core/authorize.ts'
import { vendorName } from '#lib/vendor/accounts/vendor-name.ts'
import { currentCustomer } from '#lib/web/sessions/customer.ts'
import { visitorContext } from '#lib/web/sessions/request-facts.ts'

/** The frame of every page for customers and visitors: header with the account menu, the area's links, footer. */
export async function SiteFrame({ children, nav }: { children: ReactNode; nav?: ReactNode }) {
  const [vendor, customer] = await Promise.all([
    visitorContext().then((ctx) => vendorName(authorize(ctx, 'public'))),
    currentCustomer(),
  ])
  return (
    <div className="flex grow flex-col">
      <a
        href="#content"
        className="btn btn-sm btn-primary absolute top-2 left-2 z-10 -translate-y-16 focus:translate-y-0"
      >
        Skip to the content
      </a>
      <header className="border-b border-base-300 bg-base-100">
        <div className="mx-auto flex w-full max-w-5xl flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
          <Link href="/" className="text-lg font-semibold tracking-tight">
            {vendor}
          </Link>
          <nav aria-label="Account" className="flex flex-wrap items-center gap-1">
            {customer ? <SignedIn /> : <SignedOut />}
          </nav>
        </div>
      </header>
      {nav}
      <main id="content" className="mx-auto w-full max-w-5xl grow px-4 py-8">
        {children}
      </main>
      <footer className="border-t border-base-300 bg-base-100">
        <div className="mx-auto flex w-full max-w-5xl flex-wrap items-center justify-between gap-4 px-4 py-5 text-sm">
          <p>{vendor}</p>
          <nav aria-label="Legal" className="flex gap-4">
            <Link href="/legal/terms" className="link link-hover">
              Terms of service
            </Link>
            <Link href="/legal/privacy" className="link link-hover">
              Privacy policy
            </Link>
          </nav>
        </div>
      </footer>
    </div>
  )
}

function SignedIn() {
  return (
    <>
      <Link href="/me/licenses" className="btn btn-ghost btn-sm">
        My licenses
      </Link>
      <Link href="/me" className="btn btn-ghost btn-sm">
        Account
      </Link>
      <form action="/sign-out" method="post">
        <button type="submit" className="btn btn-sm">
          Sign out
        </button>
      </form>
    </>
  )
}

function SignedOut() {
  return (
    <>
      <Link href="/login" className="btn btn-ghost btn-sm">
        Sign in
      </Link>
      <Link href="/register" className="btn btn-primary btn-sm">
        Create account
      </Link>
    </>
  )
}
