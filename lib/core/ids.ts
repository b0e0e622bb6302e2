import { v5, v7, validate } from 'uuid'

/** Latchkey's own namespace for derived ids. Changing it would re-create every derived row: it never changes. */
const NAMESPACE = '0f1de6a1-6b0e-5c53-9a43-5a7f0c1d1c27'

/** A new id: UUID v7, so that rows made together lie together. Ids are never secrets. */
export function newId(): string {
  return v7()
}

/** A name for one request, in its answer and in the logs. No row is kept under it, so it need not sort by time. */
export function newRequestId(): string {
  return crypto.randomUUID()
}

/** The same id for the same parts, on every machine and every retry (UUID v5). */
export function derivedId(...parts: (string | number)[]): string {
  return v5(parts.join('\u001f'), NAMESPACE)
}

/** Whether the text is a UUID of any version. */
export function isId(text: string): boolean {
  return validate(text)
}
