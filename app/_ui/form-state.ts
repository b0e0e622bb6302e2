'use client'

import { createContext, useContext } from 'react'
import type { ActionState } from '#lib/web/forms/define-action.ts'

export type FormState = ActionState<unknown>

/** The last state of the surrounding `ActionForm`'s action. Fields read their error and value from it. */
export const FormStateContext = createContext<FormState>({})

/** The error of one field, and the value to show again, after a refused submission (`refused`). */
export function useFieldState(name: string): {
  error: string | undefined
  value: string | undefined
  refused: boolean
} {
  const state = useContext(FormStateContext)
  return { error: state.fields?.[name], value: state.values?.[name], refused: state.values !== undefined }
}
