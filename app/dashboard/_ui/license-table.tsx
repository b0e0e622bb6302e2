import Link from 'next/link'
import { DateTime } from '#app/_ui/date-time.tsx'
import type { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { DataTable } from './data-table.tsx'
import { devicesText } from './license-words.ts'
import { LicenseStatusBadge, Unproved } from './states.tsx'

/** Licenses in lists: the key's first characters lead to the license. */
export function LicenseTable({
  licenses,
  unproved,
  caption,
}: {
  licenses: readonly LicenseDto[]
  /** Owners whose address nobody has proved. */
  unproved: ReadonlySet<string>
  caption: string
}) {
  return (
    <DataTable
      caption={caption}
      rows={licenses}
      columns={[
        [
          'Key',
          (license) => (
            <Link className="link whitespace-nowrap" href={`/dashboard/licenses/${license.id}`}>
              {license.keyUnreadable ? <em>unreadable</em> : <code>{license.key.slice(0, 8)}…</code>}
            </Link>
          ),
        ],
        ['Product', (license) => license.product.displayName],
        [
          'User',
          (license) =>
            license.user ? (
              <>
                <Link className="link" href={`/dashboard/users/${license.user.id}`}>
                  {license.user.email}
                </Link>
                {unproved.has(license.user.id) && <Unproved />}
              </>
            ) : (
              '–'
            ),
        ],
        ['Status', (license) => <LicenseStatusBadge status={license.status} />],
        ['Devices', (license) => devicesText(license)],
        ['Expires', (license) => <DateTime iso={license.expiresAt} dateOnly empty="Never" />],
        ['Created', (license) => <DateTime iso={license.createdAt} dateOnly />],
      ]}
    />
  )
}
