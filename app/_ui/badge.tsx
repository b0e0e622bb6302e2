type Tone = 'success' | 'warning' | 'error' | 'info' | 'neutral'

/** Label and color of every state of a row. */
const TONES: ReadonlyMap<string, Tone> = new Map(
  Object.entries<Tone>({
    active: 'success',
    paid: 'success',
    fulfilled: 'success',
    sent: 'success',
    handled: 'success',
    published: 'success',
    inactive: 'neutral',
    draft: 'neutral',
    archived: 'neutral',
    pending: 'info',
    due: 'info',
    'not-effective': 'info',
    grace: 'warning',
    'expiring-soon': 'warning',
    suspended: 'warning',
    expired: 'warning',
    canceled: 'warning',
    revoked: 'error',
    banned: 'error',
    failed: 'error',
    disabled: 'error',
  }),
)
const CLASSES: Record<Tone, string> = {
  success: 'bg-success/15 border-success/40',
  warning: 'bg-warning/20 border-warning/50',
  error: 'bg-error/15 border-error/40',
  info: 'bg-info/15 border-info/40',
  neutral: 'bg-base-200 border-base-300',
}

/** A state (`active`, `EXPIRING_SOON`) as a small label. The word says it; the color only helps. */
export function StatusBadge({ status, tone }: { status: string; tone?: Tone }) {
  const key = status.toLowerCase().replaceAll('_', '-')
  const text = key.replaceAll('-', ' ')
  return (
    <span
      className={`badge badge-sm border text-base-content ${CLASSES[tone ?? TONES.get(key) ?? 'neutral']}`}
    >
      {text.charAt(0).toUpperCase() + text.slice(1)}
    </span>
  )
}
