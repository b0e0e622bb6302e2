'use client'

import { CheckboxField } from '#app/_ui/field.tsx'
import { useFieldState } from '#app/_ui/form-state.ts'

/**
 * Appears in a form after its action refused an unproved address. It confirms that address only; another one needs a new
 * confirmation.
 */
export function ConfirmUnproved() {
  const { error } = useFieldState('confirmUnproved')
  const { value: address } = useFieldState('email')
  if (!error || !address) return null
  return <CheckboxField name="confirmUnproved" label={`Give it to ${address} all the same`} value={address} />
}
