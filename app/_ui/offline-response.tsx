'use client'

import { type ReactNode, useContext } from 'react'
import { CopyButton } from './copy-button.tsx'
import { FormStateContext } from './form-state.ts'

/** What an offline activation shows: made by `offlineAnswer`. */
export interface OfflineAnswer {
  fileName: string
  offlineResponse: string
  shortResponse: string
  /** The short response as a picture: modules to a side, and the dark ones; null when it is too long for one. */
  qrCode: { size: number; path: string } | null
}

/**
 * In place of the form, once it succeeded: the response as file, text and picture. A client component because the form's
 * answer lives in the browser; without scripts the server renders the same.
 */
export function OfflineResponse({ children }: { children: ReactNode }) {
  const { data } = useContext(FormStateContext)
  if (!isAnswer(data)) return children
  const file = `data:text/plain;charset=utf-8,${encodeURIComponent(`${data.offlineResponse}\n`)}`
  return (
    <div className="space-y-4">
      <p>Take this response to the device, in any of these forms.</p>
      <p>
        <a className="btn btn-primary" href={file} download={data.fileName}>
          Save as file
        </a>
      </p>
      <div>
        <div className="mb-1 flex flex-wrap items-center justify-between gap-2">
          <label htmlFor="short-response" className="text-sm font-medium">
            As text
          </label>
          <CopyButton text={data.shortResponse} label="Copy text" />
        </div>
        <textarea
          id="short-response"
          className="textarea w-full font-mono text-xs"
          rows={6}
          readOnly
          value={data.shortResponse}
        />
      </div>
      {data.qrCode && (
        <figure>
          <figcaption className="mb-1 text-sm font-medium">As a QR code</figcaption>
          <svg
            role="img"
            aria-label="The same text as a QR code"
            className="w-full max-w-md rounded-box bg-white text-black"
            viewBox={`-4 -4 ${data.qrCode.size + 8} ${data.qrCode.size + 8}`}
            shapeRendering="crispEdges"
          >
            <path d={data.qrCode.path} fill="currentColor" />
          </svg>
        </figure>
      )}
    </div>
  )
}

function isAnswer(data: unknown): data is OfflineAnswer {
  return data !== null && typeof data === 'object' && 'offlineResponse' in data && 'shortResponse' in data
}
