'use client'

import { type ReactNode, useContext } from 'react'
import { CopyButton } from '../../../_ui/copy-button.tsx'
import { FormStateContext } from '../../../_ui/form-state.ts'

/** In place of the button, once they are made: the codes. A client component because the form's answer lives in the browser. */
export function RecoveryCodes({ children }: { children: ReactNode }) {
  const { data } = useContext(FormStateContext)
  if (data === null || typeof data !== 'object' || !('recoveryCodes' in data)) return children
  const recoveryCodes = [data.recoveryCodes].flat().map(String)
  return (
    <div className="space-y-4">
      <p>Keep them where you can find them without your device. They are not shown again; each works once.</p>
      <ul
        aria-label="Recovery codes"
        className="grid gap-1 rounded-field bg-base-200 p-4 font-mono sm:grid-cols-2"
      >
        {recoveryCodes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <CopyButton text={recoveryCodes.join('\n')} label="Copy all" />
    </div>
  )
}
