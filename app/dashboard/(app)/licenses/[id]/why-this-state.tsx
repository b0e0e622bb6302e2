import type { ReactNode } from 'react'
import { Card } from '#app/_ui/card.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import type { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'

/** Answers "why is it in this state?" with the facts that the status follows from, the deciding one first. */
export function WhyThisState({ license }: { license: LicenseDto }) {
  const reasons = reasonsOf(license)
  return (
    <Card title="Why is it in this state?">
      <ol className="list-decimal space-y-1 pl-5">
        {reasons.map(([name, reason]) => (
          <li key={name}>{reason}</li>
        ))}
      </ol>
    </Card>
  )
}

function reasonsOf(license: LicenseDto): [name: string, reason: ReactNode][] {
  const reasons: [string, ReactNode][] = []
  for (const cause of license.revokedBy) reasons.push([`revoked-${cause}`, `Revoked by ${WHO[cause]}.`])
  if (license.user?.banned) reasons.push(['banned', 'Its owner is banned.'])
  for (const cause of license.suspendedBy) reasons.push([`suspended-${cause}`, `Suspended by ${WHO[cause]}.`])
  if (license.status === 'NOT_EFFECTIVE') {
    reasons.push([
      'effective',
      <>
        It begins on <DateTime iso={license.effectiveAt} />.
      </>,
    ])
  }
  reasons.push(['expiry', expiryText(license)])
  if (license.expiryHeldUntil) {
    reasons.push([
      'held',
      'Its expiry was set by hand: billing may lengthen it, but never shortens it below that.',
    ])
  }
  return reasons
}

const WHO = { manual: 'hand (an operator or the Web API)', billing: 'billing' }

function expiryText({ status, expiresAt, subscriptionInterval, expiryGracePeriod }: LicenseDto): ReactNode {
  if (!expiresAt) {
    return subscriptionInterval
      ? 'It has no expiry: it begins with the first activation, or was made perpetual.'
      : 'It is perpetual.'
  }
  const date = <DateTime iso={expiresAt} />
  if (status === 'EXPIRED') return <>It expired on {date}.</>
  if (status === 'GRACE') {
    return (
      <>
        It expired on {date} and runs on for its grace period of {Math.round(expiryGracePeriod / 86_400)}{' '}
        days.
      </>
    )
  }
  return <>It runs until {date}.</>
}
