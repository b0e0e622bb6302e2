import type { LicenseHistoryEntry } from '#lib/licensing/licenses/list-my-license-history.ts'
import { DateTime } from '../../../_ui/date-time.tsx'

const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    'license.created': 'License created',
    'license.updated': 'License changed',
    'license.renewed': 'License renewed',
    'license.extended': 'License extended',
    'license.expiresAt.updated': 'Expiry changed',
    'license.key-replaced': 'Key replaced',
    'license.key-mailed': 'Key mailed',
    'license.first-activated': 'Activated for the first time',
    'license.file-issued': 'License file made',
    'activation.file-issued': 'Machine file made',
    'activation.created': 'Device activated',
    'activation.updated': 'Device changed',
    'activation.deleted': 'Device deactivated',
    'activation.shared': 'Two computers take turns on one device',
  }),
)

/** What happened to the license, newest first. */
export function History({ entries }: { entries: readonly LicenseHistoryEntry[] }) {
  if (entries.length === 0) return <p className="text-base-content/70">Nothing has happened yet.</p>
  return (
    <ol className="divide-y divide-base-300">
      {entries.map((entry) => (
        <li key={entry.id} className="flex flex-wrap justify-between gap-x-6 gap-y-1 py-2 text-sm">
          <span>
            {WORDS.get(entry.event) ?? 'License changed'}
            {entry.device && `: ${entry.device}`}
          </span>
          <span className="text-base-content/70">
            <DateTime iso={entry.createdAt} />
          </span>
        </li>
      ))}
    </ol>
  )
}
