import Link from 'next/link'
import { PageHeader } from '#app/_ui/page-header.tsx'

/** Where an operator's role does not reach. */
export default function ForbiddenPage() {
  return (
    <>
      <PageHeader
        title="Your role does not allow this"
        description="Ask an owner of this account for the permission."
      />
      <Link className="btn" href="/dashboard">
        Back to the overview
      </Link>
    </>
  )
}
