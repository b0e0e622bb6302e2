'use client'

import { type ReactNode, useActionState } from 'react'
import { useFormStatus } from 'react-dom'
import type { ActionState } from '#lib/web/forms/define-action.ts'
import { Alert } from './alert.tsx'
import { FormStateContext } from './form-state.ts'

interface ActionFormProps<Data> {
  /** Made by `defineAction`. */
  action: (previous: ActionState<Data>, form: FormData) => Promise<ActionState<Data>>
  children: ReactNode
  className?: string
  /** Names the form for assistive technology where there are several on a page. */
  label?: string
}

/** A form around a server action: shows its answer, keeps what was typed, works with JavaScript switched off. */
export function ActionForm<Data = undefined>({ action, children, className, label }: ActionFormProps<Data>) {
  const [state, formAction] = useActionState<ActionState<Data>, FormData>(action, {})
  return (
    <form action={formAction} className={className ?? 'space-y-4'} aria-label={label} noValidate>
      {state.message && <Alert tone={state.ok ? 'success' : 'error'}>{summary(state)}</Alert>}
      <FormStateContext value={state}>{children}</FormStateContext>
    </form>
  )
}

/** Fields show their own errors. A field's name at the start of the form's message is left out. */
function summary(state: ActionState<unknown>): string {
  const { message = '', fields } = state
  if (fields && state.code === 'INVALID_INPUT') return 'Please correct what is marked below.'
  const named = Object.keys(fields ?? {}).find((field) => message.startsWith(`${field}: `))
  const text = named ? message.slice(named.length + 2) : message
  return text.charAt(0).toUpperCase() + text.slice(1)
}

interface SubmitButtonProps {
  children: ReactNode
  tone?: 'primary' | 'neutral' | 'error' | 'ghost'
  size?: 'sm' | 'md'
  className?: string
  /** Sent along with the form, for forms with several buttons. */
  name?: string
  value?: string
}

const TONES = { primary: 'btn-primary', neutral: 'btn-neutral', error: 'btn-error', ghost: 'btn-ghost' }

/** Sends the surrounding form; says so while it is on its way. */
export function SubmitButton({
  children,
  tone = 'primary',
  size = 'md',
  className = '',
  ...sent
}: SubmitButtonProps) {
  const { pending } = useFormStatus()
  return (
    <button
      type="submit"
      className={`btn ${TONES[tone]} ${size === 'sm' ? 'btn-sm' : ''} ${className}`}
      aria-disabled={pending}
      aria-busy={pending}
      onClick={(event) => pending && event.preventDefault()}
      {...sent}
    >
      {pending && <span className="loading loading-spinner loading-xs" aria-hidden="true" />}
      {children}
    </button>
  )
}
