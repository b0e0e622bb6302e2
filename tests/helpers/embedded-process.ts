import { startEmbedded } from '#db/embedded.ts'

/** A server process in the eyes of the embedded database: prints `url <url>` or `error <message>`, ends on SIGTERM. */
const [dataDir = ''] = process.argv.slice(2)
try {
  const embedded = await startEmbedded({ dataDir, fast: true, log: (message) => console.log('log', message) })
  const alive = setInterval(() => undefined, 60_000)
  process.once('SIGTERM', async () => {
    await embedded.stop()
    clearInterval(alive)
  })
  console.log('url', embedded.url)
} catch (error) {
  console.log('error', error instanceof Error ? error.message : String(error))
}
