import { seedDemo } from '#lib/billing/seed-demo.ts'
import { env } from '#lib/core/env.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { startEmulator } from '#server/start-emulator.ts'
import type { Command } from '../command.ts'

/** `seed demo` */
export const seedDemoCommand: Command = {
  name: 'seed demo',
  usage: 'seed demo',
  summary: 'adds the demo vendor’s products and offers, once',
  async run(_args, { account }) {
    const start = systemContext(await account(), 'seed')
    // Offers are published at the payment provider; simulated payments have one only while it runs.
    const { BILLING_MODE, STRIPE_API_BASE } = env()
    const paymentEmulator = BILLING_MODE === 'test' && !STRIPE_API_BASE ? await startEmulator() : undefined
    try {
      await seedDemo(start)
    } finally {
      await paymentEmulator?.close()
    }
    process.stdout.write('The demo catalogue is there.\n')
    return 0
  },
}
