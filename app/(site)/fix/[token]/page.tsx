import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { openFixLink } from '#lib/licensing/validation/fix-link.ts'
import { authorizeCustomer } from '#lib/web/sessions/customer.ts'
import { PageHeader } from '../../../_ui/page-header.tsx'

export const metadata: Metadata = { title: 'Mend a license', robots: { index: false } }

interface FixPageProps {
  params: Promise<{ token: string }>
}

/** The part of the license's page that repairs each problem. */
const PLACES = { devices: '#devices', renew: '', billing: '' } as const

/**
 * The page behind an application's "fix it" link. The link alone shows nothing: its reader signs in, and the license's page
 * opens for its owner only.
 */
export default async function FixPage({ params }: FixPageProps) {
  const { token } = await params
  const ctx = await authorizeCustomer('me:read', { returnTo: `/fix/${encodeURIComponent(token)}` })
  const ticket = openFixLink(token, ctx.clock.now())
  if (ticket && ticket.accountId === ctx.accountId) {
    redirect(`/me/licenses/${ticket.licenseId}${PLACES[ticket.purpose]}`)
  }
  return (
    <>
      <PageHeader title="This link is no longer valid" />
      <p>
        Such links work for 15 minutes. You find everything under{' '}
        <Link className="link" href="/me/licenses">
          My licenses
        </Link>
        .
      </p>
    </>
  )
}
