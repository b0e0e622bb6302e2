import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { TextArea } from '#app/_ui/field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import type { UserDto } from '#lib/people/users/user-dto.ts'
import { banUserAction, unbanUserAction } from '../actions.ts'

/** Bans a user with a reason, or lifts the ban. */
export function BanControl({ user }: { user: UserDto }) {
  if (user.banned) {
    return (
      <ConfirmButton id="unban" label="Lift ban" title="Lift the ban?" className="btn">
        <p>
          The user may sign in again and their licenses work as before. What was revoked by hand stays
          revoked.
        </p>
        <ActionForm action={unbanUserAction}>
          <input type="hidden" name="id" value={user.id} />
          <SubmitButton>Unban user</SubmitButton>
        </ActionForm>
      </ConfirmButton>
    )
  }
  return (
    <ConfirmButton
      id="ban"
      label="Ban…"
      title={`Ban ${user.email}?`}
      className="btn btn-outline btn-error text-base-content"
    >
      <p>
        They are signed out everywhere at once, cannot sign in or register again with this address, and their
        licenses answer as banned.
      </p>
      <ActionForm action={banUserAction}>
        <input type="hidden" name="id" value={user.id} />
        <TextArea name="reason" label="Reason" hint="For your records; the user does not see it." required />
        <SubmitButton tone="error">Ban user</SubmitButton>
      </ActionForm>
    </ConfirmButton>
  )
}
