import { FORMER_KEY_DAYS } from '#lib/licensing/licenses/swap-key.ts'
import { withReturnTo } from '#lib/web/sessions/return-to.ts'
import { ConfirmButton } from '../../../_ui/confirm-button.tsx'
import { ActionForm, SubmitButton } from '../../../_ui/form.tsx'
import { replaceMyKeyAction } from './actions.ts'

/** Asks before the key is replaced. Without a fresh sign-in it leads there first. */
export function ReplaceKey({ licenseId, signInFresh }: { licenseId: string; signInFresh: boolean }) {
  return (
    <ConfirmButton id="replace-key" label="Replace key" title="Replace the license key?">
      <p>
        You get a new key, also by mail. The old one takes no new device; devices that use it now go on for{' '}
        {FORMER_KEY_DAYS} days. Enter the new key there within that time.
      </p>
      {signInFresh ? (
        <ActionForm action={replaceMyKeyAction} label="Replace key">
          <input type="hidden" name="licenseId" value={licenseId} />
          <SubmitButton tone="error">Replace key now</SubmitButton>
        </ActionForm>
      ) : (
        <>
          <p>This needs a sign-in of the last ten minutes.</p>
          <a
            className="btn btn-primary"
            href={withReturnTo('/login', `/me/licenses/${licenseId}`, { again: true })}
          >
            Sign in again
          </a>
        </>
      )}
    </ConfirmButton>
  )
}
