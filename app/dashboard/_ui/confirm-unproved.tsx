'use client'

import { CheckboxField } from '#app/_ui/field.tsx'
import { useFieldState } from '#app/_ui/form-state.ts'

/**
 * Appears in a form once its action has refused an address that nobody has proved. What it confirms is that very address:
 * another one is asked about anew.
 */
export function ConfirmUnproved() {
  const { error } = useFieldState('confirmUnproved')
  const { value: address } = useFieldState('email')
  if (!error || !address) return null
  return <CheckboxField name="confirmUnproved" label={`Give it to ${address} all the same`} value={address} />
}
