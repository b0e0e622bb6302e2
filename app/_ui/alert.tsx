import type { ReactNode } from 'react'

type Tone = 'info' | 'success' | 'warning' | 'error'
const TONES: Record<Tone, string> = {
  info: 'alert-info',
  success: 'alert-success',
  warning: 'alert-warning',
  error: 'alert-error',
}

/** A message that assistive technology reads out when it appears. */
export function Alert({ tone = 'info', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <div role={tone === 'error' ? 'alert' : 'status'} className={`alert alert-soft ${TONES[tone]}`}>
      <div className="text-base-content">{children}</div>
    </div>
  )
}
