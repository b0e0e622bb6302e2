import type { Documents, Kind } from '../documents/kinds.ts'
import { noSuch } from '../http/errors.ts'
import type { Reader } from '../storage.ts'

/**
 * The document of that id.
 * @throws ApiError 404 if the id came from the path, 400 naming `param` otherwise; deleted ones count as missing.
 */
export async function find<K extends Kind>(
  db: Reader,
  kind: K,
  id: string | undefined,
  param = 'id',
): Promise<Documents[K]> {
  const document = await db.get(kind, id ?? '')
  if (!document || document.deleted === true) throw noSuch(NOUNS[kind] ?? kind, id ?? '', param)
  return document
}

/** How Stripe's messages name a kind where it isn't the object's name. */
const NOUNS: { [K in Kind]?: string } = {
  'checkout.session': 'checkout.session',
  payment_method: 'PaymentMethod',
}
