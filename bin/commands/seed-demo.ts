import { ensureFirstAccount } from '#lib/accounts/first-account.ts'
import { systemContext } from '#lib/auth/system-context.ts'
import { seedDemo } from '#lib/catalogue/seed-demo.ts'
import type { Command } from '../command.ts'

/** `seed demo` */
export const seedDemoCommand: Command = {
  name: 'seed demo',
  usage: 'seed demo',
  summary: 'adds the demo vendor’s products and offers, once',
  async run(_args, { db, now }) {
    await seedDemo(systemContext(await ensureFirstAccount(db, now), 'seed'))
    process.stdout.write('The demo catalogue is there.\n')
    return 0
  },
}
