'use client'

import { useFieldState } from '#app/_ui/form-state.ts'

/** What is wrong with a group of controls as a whole. A client component because the form's answer lives in the browser. */
export function GroupError({ name }: { name: string }) {
  const { error } = useFieldState(name)
  return error ? (
    <p role="alert" className="mb-3 text-sm font-medium text-error">
      {error}
    </p>
  ) : null
}
