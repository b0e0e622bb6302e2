'use client'

import Link from 'next/link'
import { type ReactNode, useContext } from 'react'
import { CopyButton } from '#app/_ui/copy-button.tsx'
import { FormStateContext } from '#app/_ui/form-state.ts'

/** In place of the form, once it succeeded: the token. A client component because the form's answer lives in the browser. */
export function ShownOnce({ children }: { children: ReactNode }) {
  const { data } = useContext(FormStateContext)
  if (data === null || typeof data !== 'object' || !('accessToken' in data)) return children
  const token = String(data.accessToken)
  return (
    <div className="space-y-4">
      <p>Copy it now: it is not kept here in readable form and is not shown again.</p>
      <div className="flex flex-wrap items-center gap-3">
        <code className="rounded-field bg-base-200 px-3 py-2 break-all">{token}</code>
        <CopyButton text={token} />
      </div>
      <Link className="btn btn-primary" href="/dashboard/tokens">
        Done
      </Link>
    </div>
  )
}
