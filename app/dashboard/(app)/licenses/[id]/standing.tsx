import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import type { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { changeStandingAction } from '../actions.ts'

const CHANGES = {
  suspended: {
    label: 'Suspend…',
    title: 'Suspend this license?',
    text: 'Applications stop at their next check, until you lift the suspension.',
    button: 'Suspend license',
    tone: 'error',
  },
  unsuspended: {
    label: 'Lift suspension…',
    title: 'Lift the suspension?',
    text: 'Only your own suspension is lifted; one that billing set stays until it is paid.',
    button: 'Unsuspend license',
    tone: 'primary',
  },
  revoked: {
    label: 'Revoke…',
    title: 'Revoke this license?',
    text: 'Applications stop at their next check. It is meant to be permanent, but you can reinstate the license.',
    button: 'Revoke license',
    tone: 'error',
  },
  reinstated: {
    label: 'Reinstate…',
    title: 'Reinstate this license?',
    text: 'Your revocation is taken back; one that billing set stays.',
    button: 'Reinstate license',
    tone: 'primary',
  },
} as const

/** Suspending and revoking, each with its way back. Only the operators' own cause is set and lifted here. */
export function Standing({ license }: { license: LicenseDto }) {
  const changes = [
    license.suspendedBy.includes('manual') ? ('unsuspended' as const) : ('suspended' as const),
    license.revokedBy.includes('manual') ? ('reinstated' as const) : ('revoked' as const),
  ]
  return changes.map((change) => {
    const { label, title, text, button, tone } = CHANGES[change]
    return (
      <ConfirmButton key={change} id={change} label={label} title={title} className="btn">
        <p>{text}</p>
        <ActionForm action={changeStandingAction}>
          <input type="hidden" name="id" value={license.id} />
          <input type="hidden" name="change" value={change} />
          <SubmitButton tone={tone}>{button}</SubmitButton>
        </ActionForm>
      </ConfirmButton>
    )
  })
}
