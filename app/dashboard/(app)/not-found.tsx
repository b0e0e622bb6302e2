import Link from 'next/link'
import { PageHeader } from '#app/_ui/page-header.tsx'

/** Of a row that is not there, or not this account's. */
export default function NotFoundPage() {
  return (
    <>
      <PageHeader title="Not found" description="It may have been deleted, or the link is not complete." />
      <Link className="btn" href="/dashboard">
        Back to the overview
      </Link>
    </>
  )
}
