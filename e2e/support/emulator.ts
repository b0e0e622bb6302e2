import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ApiFault, WebhookFault } from '#emulator/faults/faults.ts'
import { derivedSecret } from '#lib/core/crypto/keyring.ts'
import { overrideEnv } from '#lib/core/env.ts'
import type { Product } from './product.ts'

/** The controls of the Stripe emulator that runs inside of a Latchkey in test mode. */
export interface EmulatorControls {
  /** Its secret API key, as the application holds it. */
  apiKey: string
  webhookSecret: string
  /** Makes something go wrong from now on. */
  plan(faults: { webhooks?: WebhookFault[]; api?: ApiFault[] }): Promise<void>
  /** Everything works again. */
  mend(): Promise<void>
}

export function emulatorOf(product: Pick<Product, 'url' | 'dataDir'>): EmulatorControls {
  overrideEnv({ SECRET_KEY: readFileSync(join(product.dataDir, 'secret-key'), 'utf8').trim() })
  const secret = derivedSecret('emulator')
  const apiKey = `sk_test_${secret}`
  const send = async (method: string, body?: unknown) => {
    const response = await fetch(`${product.url}/test-checkout/_emu/faults`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'x-latchkey-test-secret': readFileSync(join(product.dataDir, 'test-tools-secret'), 'utf8').trim(),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`The emulator answers ${response.status}: ${await response.text()}`)
  }
  return {
    apiKey,
    webhookSecret: `whsec_${secret}`,
    plan: (faults) => send('POST', faults),
    mend: () => send('DELETE'),
  }
}
