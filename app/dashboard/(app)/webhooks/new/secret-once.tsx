'use client'

import Link from 'next/link'
import { type ReactNode, useContext } from 'react'
import { CopyButton } from '#app/_ui/copy-button.tsx'
import { FormStateContext } from '#app/_ui/form-state.ts'

/** In place of the form, once it succeeded: the secret. A client component because the form's answer lives in the browser. */
export function SecretOnce({ children }: { children: ReactNode }) {
  const { data } = useContext(FormStateContext)
  if (data === null || typeof data !== 'object' || !('secret' in data) || !('webhookId' in data))
    return children
  const secret = String(data.secret)
  return (
    <div className="space-y-4">
      <p>
        This is the secret that deliveries are signed with. Copy it now into your receiver: it is not shown
        again.
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <code className="rounded-field bg-base-200 px-3 py-2 break-all">{secret}</code>
        <CopyButton text={secret} />
      </div>
      <Link className="btn btn-primary" href={`/dashboard/webhooks/${String(data.webhookId)}`}>
        Done
      </Link>
    </div>
  )
}
