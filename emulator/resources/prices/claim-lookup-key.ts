import { invalidParam } from '../../http/errors.ts'
import { emit } from '../../webhooks/emit.ts'
import type { Work } from '../../work.ts'

/** Makes a lookup key free for a new holder. @throws ApiError 400 if another price has it and it may not be moved */
export async function claimLookupKey(
  work: Work,
  key: string,
  transfer: boolean,
  holder?: string,
): Promise<void> {
  const taken = await work.db.list('price', { match: { lookup_key: key } })
  for (const price of taken.filter((candidate) => candidate.id !== holder)) {
    if (!transfer) throw invalidParam(`A price (\`${price.id}\`) already uses that lookup key.`, 'lookup_key')
    const after = { ...price, lookup_key: null }
    await work.db.put('price', after)
    await emit(work, 'price.updated', after, price)
  }
}
