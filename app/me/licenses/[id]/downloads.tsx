import type { MyReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import type { ReleaseFileDto } from '#lib/licensing/releases/release-file-dto.ts'
import { CopyButton } from '../../../_ui/copy-button.tsx'
import { DateTime } from '../../../_ui/date-time.tsx'
import { fileSize } from '../../../_ui/file-size.ts'

interface DownloadsProps {
  licenseId: string
  /** What the license allows, latest version first. */
  releases: readonly MyReleaseDto[]
  /** Whether an application may run on the license now. */
  usable: boolean
}

/** What the license allows to download, by channel; each channel's latest release in view, older ones behind a click. */
export function Downloads({ licenseId, releases, usable }: DownloadsProps) {
  if (releases.length === 0) {
    return (
      <p className="text-base-content/70">
        {usable ? 'There is nothing to download yet.' : 'Downloads are here again once the license is valid.'}
      </p>
    )
  }
  const channels = [...new Set(releases.map(({ channel }) => channel))].sort(stableFirst)
  return (
    <div className="space-y-6">
      {channels.map((channel) => {
        const [latest, ...older] = releases.filter((release) => release.channel === channel)
        return (
          <section key={channel} aria-label={`Channel ${channel}`}>
            {channels.length > 1 && <h3 className="mb-2 font-semibold">{channel}</h3>}
            {latest && <Release licenseId={licenseId} release={latest} />}
            {older.length > 0 && (
              <details className="mt-3 rounded-box border border-base-300">
                <summary className="cursor-pointer px-4 py-3 font-medium">
                  Older versions ({older.length})
                </summary>
                <div className="space-y-6 border-t border-base-300 p-4">
                  {older.map((release) => (
                    <Release key={release.id} licenseId={licenseId} release={release} />
                  ))}
                </div>
              </details>
            )}
          </section>
        )
      })}
    </div>
  )
}

function Release({ licenseId, release }: { licenseId: string; release: MyReleaseDto }) {
  return (
    <article aria-label={`${release.name}, version ${release.version}`}>
      <p className="font-medium break-words">
        {release.name} <span className="font-normal text-base-content/70">{release.version}</span>
      </p>
      <p className="text-sm text-base-content/70">
        {release.platforms.join(', ')}, <DateTime iso={release.publishedAt} dateOnly />
      </p>
      {release.notes && <p className="mt-2 max-w-prose whitespace-pre-line break-words">{release.notes}</p>}
      {release.files.length === 0 ? (
        <p className="mt-2 text-sm text-base-content/70">This release has no files.</p>
      ) : (
        <ul className="mt-2 divide-y divide-base-300">
          {release.files.map((file) => (
            <ReleaseFile key={file.id} licenseId={licenseId} file={file} />
          ))}
        </ul>
      )}
    </article>
  )
}

function ReleaseFile({ licenseId, file }: { licenseId: string; file: ReleaseFileDto }) {
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 break-words">
          {file.name} <span className="text-sm text-base-content/70">{fileSize(file.size)}</span>
        </p>
        {/* No framework link: it would be fetched ahead, and counted. */}
        <a
          href={`/me/licenses/${licenseId}/downloads/${file.id}`}
          className="btn btn-primary btn-sm"
          aria-label={`Download ${file.name}`}
        >
          Download
        </a>
      </div>
      {file.checksum && (
        <div className="mt-1 flex flex-wrap items-center gap-2 text-sm">
          <span className="text-base-content/70">SHA-256</span>
          <code className="min-w-0 text-xs break-all">{file.checksum}</code>
          <CopyButton text={file.checksum} label="Copy checksum" />
        </div>
      )}
    </li>
  )
}

function stableFirst(a: string, b: string): number {
  if (a === b) return 0
  if (a === 'stable' || b === 'stable') return a === 'stable' ? -1 : 1
  return a < b ? -1 : 1
}
