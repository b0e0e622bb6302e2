import { create } from 'qrcode'
import type { OfflineResponseDto } from '#lib/licensing/offline/offline-input.ts'
import type { OfflineAnswer } from './offline-response.tsx'

/** Beyond this many bytes cameras give up. */
const QR_LIMIT = 2_000

/** A response in the forms that people carry to a device. */
export function offlineAnswer(
  { offlineResponse, shortResponse }: OfflineResponseDto,
  licenseId: string,
): OfflineAnswer {
  return {
    fileName: `offline-response-${licenseId.slice(-12)}.txt`,
    offlineResponse,
    shortResponse,
    qrCode: shortResponse.length <= QR_LIMIT ? qrCode(shortResponse) : null,
  }
}

/** A code as one path of an SVG: a stroke for each run of dark modules. */
function qrCode(text: string): OfflineAnswer['qrCode'] {
  const { modules } = create(text, { errorCorrectionLevel: 'L' })
  const { size } = modules
  let path = ''
  for (let row = 0; row < size; row += 1) {
    for (let from = 0; from < size; from += 1) {
      if (!modules.get(row, from)) continue
      let to = from
      while (to < size && modules.get(row, to)) to += 1
      path += `M${from} ${row}h${to - from}v1H${from}z`
      from = to
    }
  }
  return { size, path }
}

/** How long a response may count, in days, as people choose it. */
export const VALIDITY_DAYS = [7, 30, 90, 365] as const

/** The choices of a form. */
export const VALIDITY_OPTIONS = VALIDITY_DAYS.map((days) => ({
  value: String(days),
  label: days === 365 ? 'A year' : `${days} days`,
}))

/** A chosen number of days, in seconds. */
export function validitySeconds(days: string): number {
  return Number(days) * 86_400
}
