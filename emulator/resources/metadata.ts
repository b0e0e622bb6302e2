import type { Metadata } from '../documents/document.ts'

type MetadataInput = Record<string, string | number | null> | '' | null | undefined

/** Stripe's merge: a value of '' removes its key, '' for the whole removes all. */
export function mergeMetadata(current: Metadata, input: MetadataInput): Metadata {
  if (input === undefined) return current
  if (input === '' || input === null) return {}
  const merged = new Map(Object.entries(current))
  for (const [key, value] of Object.entries(input)) {
    if (value === '' || value === null) merged.delete(key)
    else merged.set(key, String(value))
  }
  return Object.fromEntries(merged)
}
