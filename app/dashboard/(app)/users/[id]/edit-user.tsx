import { CheckboxField, Field } from '#app/_ui/field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { Disclosure } from '#app/dashboard/_ui/disclosure.tsx'
import type { UserDto } from '#lib/people/users/user-dto.ts'
import { setUserPasswordAction, updateUserAction } from '../actions.ts'

/** What an operator may change of a user. */
export function EditUser({ user }: { user: UserDto }) {
  return (
    <div className="mt-6 space-y-2">
      <Disclosure summary="Edit profile">
        <ActionForm action={updateUserAction} label="Edit profile">
          <input type="hidden" name="id" value={user.id} />
          <Field
            name="email"
            label="Email"
            type="email"
            defaultValue={user.email}
            required
            autoComplete="off"
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <Field name="firstName" label="First name" defaultValue={user.firstName} maxLength={256} />
            <Field name="lastName" label="Last name" defaultValue={user.lastName} maxLength={256} />
          </div>
          <Field name="company" label="Company" defaultValue={user.company ?? ''} maxLength={256} />
          <CheckboxField
            name="allowCustomerPortalAccess"
            label="May sign in to the portal"
            defaultChecked={user.allowCustomerPortalAccess}
          />
          <SubmitButton>Save</SubmitButton>
        </ActionForm>
      </Disclosure>
      <Disclosure summary="Set a new password">
        <ActionForm action={setUserPasswordAction} label="Set a new password">
          <input type="hidden" name="id" value={user.id} />
          <Field
            name="newPassword"
            label="New password"
            type="password"
            autoComplete="new-password"
            required
            maxLength={128}
            hint="The user is signed out everywhere."
          />
          <SubmitButton>Set password</SubmitButton>
        </ActionForm>
      </Disclosure>
    </div>
  )
}
