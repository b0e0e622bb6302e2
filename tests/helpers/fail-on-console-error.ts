import { afterEach, beforeEach, expect, vi } from 'vitest'

/** Every line that the running test wrote to console.error; a test that expects one empties it. */
export const consoleErrors: string[] = []

// A logged error is a defect even where every assertion passes.
beforeEach(() => {
  consoleErrors.length = 0
  const original = console.error
  vi.spyOn(console, 'error').mockImplementation((...parts: unknown[]) => {
    consoleErrors.push(parts.map(String).join(' '))
    original(...parts)
  })
})

afterEach(() => {
  expect(consoleErrors, 'unexpected console.error').toEqual([])
})
