import postgres from 'postgres'
import { createEmulator } from '#emulator/server.ts'
import { postgresStorage } from '#server/emulator-storage/postgres.ts'

// Run as a process of its own, to be killed: prints the port it listens on.
const [url = '', key = '', time = ''] = process.argv.slice(2)
const sql = postgres(url, { onnotice: () => undefined })
const emulator = createEmulator({
  storage: postgresStorage({ sql, key: Buffer.alloc(32, 7) }),
  clock: { now: () => new Date(time) },
  secretKeys: [key],
})
const { port } = await emulator.listen()
process.stdout.write(`${port}\n`)
