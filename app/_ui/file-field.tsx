'use client'

import { type ReactNode, useId } from 'react'

/** Takes a file from the computer. A client component because its label needs an id of its own. */
export function FileField({
  name,
  label,
  hint,
  accept,
}: {
  name: string
  label: ReactNode
  hint?: ReactNode
  accept?: string
}) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        type="file"
        accept={accept}
        className="file-input w-full"
        aria-describedby={hint ? `${id}-hint` : undefined}
      />
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-sm text-base-content/70">
          {hint}
        </p>
      )}
    </div>
  )
}
