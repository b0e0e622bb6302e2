import { createHash, randomUUID } from 'node:crypto'
import { readMachineId } from './machine-id.ts'
import type { LatchkeyStore } from './store.ts'

/**
 * The fingerprint of a computer for one product: 64 hex characters. The product id goes in so that two vendors cannot
 * tell that they see the same computer.
 */
export function fingerprintOf(machineId: string, productId: string): string {
  return createHash('sha256').update(`${machineId}\n${productId}`).digest('hex')
}

/** The fingerprint of this computer; without a machine id, that of a random id kept in the store. */
export async function readFingerprint(productId: string, store: LatchkeyStore): Promise<string> {
  const machineId = (await readMachineId()) || (await installId(store))
  return fingerprintOf(machineId, productId)
}

async function installId(store: LatchkeyStore): Promise<string> {
  const known = await store.read('install-id')
  if (known) return known
  await store.write('install-id', randomUUID())
  // Read back: another process of the application may have written its own at the same moment.
  return (await store.read('install-id')) ?? ''
}
