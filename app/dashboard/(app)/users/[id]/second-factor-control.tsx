import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import type { UserDto } from '#lib/people/users/user-dto.ts'
import { removeSecondFactorAction } from '../actions.ts'

/** Helps a user who lost both device and recovery codes. */
export function SecondFactorControl({ user }: { user: UserDto }) {
  return (
    <ConfirmButton
      id="second-factor"
      label="Turn off two-step sign-in…"
      title={`Turn off two-step sign-in of ${user.email}?`}
    >
      <p>
        Make sure that the user really asked for it: from then on the password alone signs in. They are signed
        out everywhere and told by mail.
      </p>
      <ActionForm action={removeSecondFactorAction}>
        <input type="hidden" name="id" value={user.id} />
        <SubmitButton tone="error">Turn off</SubmitButton>
      </ActionForm>
    </ConfirmButton>
  )
}
