'use client'

import { useState } from 'react'

/** Copies a text to the clipboard and says that it did. A client component because only scripts reach the clipboard. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false)
  return (
    <button
      type="button"
      className="btn btn-sm"
      onClick={async () => {
        await navigator.clipboard.writeText(text)
        setCopied(true)
      }}
      onBlur={() => setCopied(false)}
    >
      <span aria-live="polite">{copied ? 'Copied' : label}</span>
    </button>
  )
}
