import type { Metadata } from 'next'
import Link from 'next/link'
import { SiteFrame } from './_ui/site-frame.tsx'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <SiteFrame>
      <div className="py-16 text-center">
        <h1 className="text-2xl font-semibold tracking-tight">There is nothing at this address</h1>
        <p className="mt-2 text-base-content/70">It may have moved, or the link was not complete.</p>
        <Link href="/" className="btn btn-primary mt-6">
          To the front page
        </Link>
      </div>
    </SiteFrame>
  )
}
