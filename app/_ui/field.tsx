'use client'

import { type InputHTMLAttributes, type ReactNode, useId } from 'react'
import { useFieldState } from './form-state.ts'

interface CommonProps {
  name: string
  label: ReactNode
  hint?: ReactNode
}

/** Ties a control to its label, hint and error. */
function useDescription(name: string, hint: ReactNode) {
  const id = useId()
  const { error, value, refused } = useFieldState(name)
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined
  const invalid: true | undefined = error ? true : undefined
  return { id, error, value, refused, describedBy, invalid }
}

function Notes({ id, error, hint }: { id: string; error: string | undefined; hint: ReactNode }) {
  return (
    <>
      {error && (
        <p
          id={`${id}-error`}
          className="mt-1 first-letter:uppercase text-sm font-medium text-red-700 dark:text-red-300"
        >
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-sm text-base-content/70">
          {hint}
        </p>
      )}
    </>
  )
}

type FieldProps = CommonProps & Omit<InputHTMLAttributes<HTMLInputElement>, 'name' | 'className' | 'id'>

/** A text input with its label, hint and error. What was typed stays after a refusal, except passwords. */
export function Field({ name, label, hint, defaultValue, type = 'text', ...input }: FieldProps) {
  const { id, error, value, describedBy, invalid } = useDescription(name, hint)
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        type={type}
        className={`input w-full ${error ? 'input-error' : ''}`}
        defaultValue={value ?? defaultValue}
        aria-describedby={describedBy}
        aria-invalid={invalid}
        {...input}
      />
      <Notes id={id} error={error} hint={hint} />
    </div>
  )
}

/** Several lines of text. */
export function TextArea({
  name,
  label,
  hint,
  defaultValue,
  rows = 4,
  required,
}: CommonProps & { defaultValue?: string; rows?: number; required?: boolean }) {
  const { id, error, value, describedBy, invalid } = useDescription(name, hint)
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <textarea
        id={id}
        name={name}
        rows={rows}
        required={required}
        className={`textarea w-full ${error ? 'textarea-error' : ''}`}
        defaultValue={value ?? defaultValue}
        aria-describedby={describedBy}
        aria-invalid={invalid}
      />
      <Notes id={id} error={error} hint={hint} />
    </div>
  )
}

/** A choice of one; `options` are value and text. */
export function Select({
  name,
  label,
  hint,
  options,
  defaultValue,
  required,
}: CommonProps & {
  options: readonly { value: string; label: string }[]
  defaultValue?: string
  required?: boolean
}) {
  const { id, error, value, describedBy, invalid } = useDescription(name, hint)
  const chosen = value ?? defaultValue
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      {/* React resets a form after its action, and a select's reset ignores a later defaultValue: a new key keeps the choice. */}
      <select
        key={chosen}
        id={id}
        name={name}
        required={required}
        className={`select w-full ${error ? 'select-error' : ''}`}
        defaultValue={chosen}
        aria-describedby={describedBy}
        aria-invalid={invalid}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Notes id={id} error={error} hint={hint} />
    </div>
  )
}

/** A checkbox; sends its value (`on`) when ticked and nothing otherwise. */
export function CheckboxField({
  name,
  label,
  hint,
  defaultChecked = false,
  value: sent = 'on',
  required,
}: CommonProps & { defaultChecked?: boolean; value?: string; required?: boolean }) {
  const { id, error, value, refused, describedBy, invalid } = useDescription(name, hint)
  return (
    <div>
      <div className="flex items-start gap-3">
        <input
          id={id}
          name={name}
          type="checkbox"
          value={sent}
          required={required}
          className={`checkbox checkbox-sm mt-0.5 ${error ? 'checkbox-error' : ''}`}
          defaultChecked={refused ? value === sent : defaultChecked}
          aria-describedby={describedBy}
          aria-invalid={invalid}
        />
        <label htmlFor={id} className="text-sm">
          {label}
        </label>
      </div>
      <Notes id={id} error={error} hint={hint} />
    </div>
  )
}
