import { lastingHash, lastingHashes } from '#lib/core/key-store/lasting-keys.ts'

const PURPOSE = 'identifier-throttle'

/** The name of the job that mails a new password to an address: asked for again before it ran, it is one mail. */
export async function resetJobKey(accountId: string, identifier: string): Promise<string> {
  return `reset:${await lastingHash(PURPOSE, textOf(accountId, identifier))}`
}

/** Every name that a waiting job for the address may have: keys are renewed now and then. */
export async function resetJobKeys(accountId: string, identifier: string): Promise<string[]> {
  return (await lastingHashes(PURPOSE, textOf(accountId, identifier))).map((hash) => `reset:${hash}`)
}

function textOf(accountId: string, identifier: string): string {
  return `${accountId} reset ${identifier}`
}
