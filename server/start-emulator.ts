import postgres from 'postgres'
import { databaseUrl } from '#db/client.ts'
import { createEmulator, type Emulator } from '#emulator/server.ts'
import { clock } from '#lib/core/clock.ts'
import { derivedSecret } from '#lib/core/crypto/keyring.ts'
import { env, overrideEnv } from '#lib/core/env.ts'
import { httpOrigin, ownOrigin } from '#lib/core/http-origin.ts'
import { lastingKeys } from '#lib/core/key-store/lasting-keys.ts'
import { log } from '#lib/core/logging/log.ts'
import { postgresStorage } from './emulator-storage/postgres.ts'

export interface PaymentEmulator {
  emulator: Emulator
  close(): Promise<void>
}

/** Starts the Stripe emulator on a free loopback port and points this process's Stripe settings at it. */
export async function startEmulator(): Promise<PaymentEmulator> {
  const secret = derivedSecret('emulator')
  const apiKey = `sk_test_${secret}`
  const webhookSecret = `whsec_${secret}`
  const { PORT, HOST, PUBLIC_URL } = env()
  // A client of its own: drizzle changes how the shared one writes JSON and dates.
  const sql = postgres(databaseUrl(), { max: 4, onnotice: () => undefined })
  const [storageKey] = await lastingKeys('emulator')
  const emulator = createEmulator({
    storage: postgresStorage({ sql, key: storageKey.secret.export() }),
    clock,
    secretKeys: [apiKey],
    publicBase: `${PUBLIC_URL}/test-checkout`,
    log: (level, message, details) => log()[level]({ emulator: true, ...details }, message),
  })
  const { port, close } = await emulator.listen()
  await emulator.ensureEndpoint({
    id: 'we_portal',
    url: `${ownOrigin(HOST, PORT)}/api/webhooks/stripe`,
    secret: webhookSecret,
  })
  overrideEnv({
    // A key alone would mean that Stripe is configured.
    BILLING_MODE: 'test',
    STRIPE_API_BASE: httpOrigin('127.0.0.1', port),
    STRIPE_SECRET_KEY: apiKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
  })
  return {
    emulator,
    async close() {
      await close()
      await sql.end({ timeout: 5 })
    },
  }
}
