import '#lib/announce/listen.ts'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import next from 'next'
import { closeDatabase, configureDatabase, databaseUrl, db } from '#db/client.ts'
import { startEmbedded } from '#db/embedded.ts'
import { migrate } from '#db/migrate.ts'
import { ensureSetupLink, setupPath } from '#lib/access/operators/create-setup-link.ts'
import { ensurePortalToken } from '#lib/access/tokens/ensure-portal-token.ts'
import { seedDemo } from '#lib/billing/seed-demo.ts'
import { clock } from '#lib/core/clock.ts'
import { derivedSecret } from '#lib/core/crypto/keyring.ts'
import { EnvError, env, overrideEnv } from '#lib/core/env.ts'
import { ownOrigin } from '#lib/core/http-origin.ts'
import { markInternal, ownsSocket } from '#lib/core/input/client-address.ts'
import { openKeyStore } from '#lib/core/key-store/lasting-keys.ts'
import { log } from '#lib/core/logging/log.ts'
import { processSlot } from '#lib/core/process-slot.ts'
import { closeRedis } from '#lib/core/redis/client.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { workerState } from '#lib/core/worker-state.ts'
import { closeTemplates } from '#lib/mail/written/render-template.ts'
import { readClock } from '#lib/ops/test-clock/test-clock.ts'
import { ensureFirstAccount } from '#lib/vendor/accounts/first-account.ts'
import { LARGEST_BODY } from '#lib/web/http/read-body.ts'
import { afterJump } from './after-jump.ts'
import { createFront } from './front.ts'
import { createBoundedServer } from './http-server.ts'
import { createMetricsDoor } from './metrics.ts'
import { Shutdown } from './shutdown.ts'
import { stampClientAddress } from './stamp-client-address.ts'
import { type PaymentEmulator, startEmulator } from './start-emulator.ts'
import { createTestClockDoor } from './test-clock.ts'
import { testToolsSecret } from './test-tools.ts'
import { tune } from './tuning/tune.ts'
import { surviveLostConnections } from './unhandled-rejections.ts'
import { createV3Door } from './v3-door.ts'
import { createV3Router } from './v3-router.ts'
import { withWholeBody } from './whole-request.ts'
import { startWorker } from './worker.ts'

const root = join(import.meta.dirname, '..')

/** The start order: each step comes after everything that it needs. The stop runs in reverse. */
async function main(shutdown: Shutdown): Promise<void> {
  const { values: options } = parseArgs({
    options: { dev: { type: 'boolean', default: false }, 'next-v3': { type: 'boolean', default: false } },
  })
  const settings = env()
  surviveLostConnections()
  shutdown.listen()

  await connect(shutdown)
  await readClock(db())
  const accountId = await ensureFirstAccount(db(), clock.now())
  const start = systemContext(accountId, 'start')

  const router = await createV3Router(join(root, 'app'))
  processSlot<(request: Request) => Promise<Response>>('dispatcher').set(async (request) =>
    router.fetch(markInternal(request)),
  )
  ownsSocket.set(true)
  if (settings.embedded) {
    overrideEnv({ LICENSING_ACCESS_TOKEN: await ensurePortalToken(start, settings.DATA_DIR) })
  }

  const paymentEmulator = await startPayments(shutdown)
  overrideEnv({
    NEXTAUTH_SECRET: derivedSecret('nextauth'),
    NEXTAUTH_URL: settings.PUBLIC_URL,
    LATCHKEY_API_ORIGIN: ownOrigin(settings.HOST, settings.PORT),
    LATCHKEY_FORWARD_KEY: derivedSecret('forwarded-client'),
    LATCHKEY_CHECKOUT_ORIGIN: paymentEmulator ? '' : 'https://checkout.stripe.com',
  })

  const pages = next({ dev: options.dev, dir: root, hostname: settings.HOST, port: settings.PORT })
  await pages.prepare()
  shutdown.add('pages', () => pages.close())
  const servePages = pages.getRequestHandler()
  const nextDoor: RequestListener = (request, response) => {
    servePages(request, response).catch((error: unknown) => {
      log().error({ err: error }, 'a page failed outside its frame')
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end()
    })
  }
  const wholeToNext = withWholeBody(nextDoor, LARGEST_BODY)
  const v3ByNext: RequestListener = (request, response) => {
    stampClientAddress(request)
    wholeToNext(request, response)
  }

  const front = createFront({
    v3: options['next-v3'] || options.dev ? v3ByNext : createV3Door(router),
    next: nextDoor,
    checkout: paymentEmulator?.emulator.handler,
    testClock:
      settings.BILLING_MODE === 'test'
        ? createTestClockDoor(afterJump(paymentEmulator?.emulator))
        : undefined,
    toolSecret: testToolsSecret(),
    metrics: createMetricsDoor(),
  })
  const server = createBoundedServer(front)
  if (options.dev) server.on('upgrade', pages.getUpgradeHandler())

  if (settings.WORKER === 'inline') {
    workerState.set('stopped')
    const worker = await startWorker()
    shutdown.add('worker', () => worker.stop())
  } else workerState.set('off')

  tune()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explainListening(error, settings)))
    server.listen(settings.PORT, settings.HOST, resolve)
  })
  shutdown.addServer(server)
  if (settings.embedded && settings.BILLING_MODE !== 'off') await seedDemo(start)
  announce(await ensureSetupLink(db(), accountId, clock.now()))
}

async function connect(shutdown: Shutdown): Promise<void> {
  const { embedded, DATA_DIR } = env()
  if (embedded) {
    const postgres = await startEmbedded({ dataDir: DATA_DIR, log: (message) => console.error(message) })
    shutdown.add('postgres', () => postgres.stop())
    configureDatabase(postgres.url)
  }
  await migrate(databaseUrl())
  shutdown.add('database connections', closeDatabase)
  shutdown.add('redis', closeRedis)
  shutdown.add('templates', closeTemplates)
  await openKeyStore()
}

async function startPayments(shutdown: Shutdown): Promise<PaymentEmulator | undefined> {
  if (env().BILLING_MODE !== 'test' || env().STRIPE_API_BASE) return undefined
  const paymentEmulator = await startEmulator()
  shutdown.add('Stripe emulator', () => paymentEmulator.close())
  return paymentEmulator
}

function announce(setupToken: string | undefined): void {
  const { PUBLIC_URL, BILLING_MODE } = env()
  const lines = [`Latchkey is ready at ${PUBLIC_URL}`]
  lines.push(
    setupToken
      ? `Dashboard: ${PUBLIC_URL}${setupPath(setupToken)} creates the first operator (once, within 24 hours)`
      : `Dashboard: ${PUBLIC_URL}/dashboard`,
  )
  if (BILLING_MODE === 'test')
    lines.push('Payments are simulated: pay with card 4242 4242 4242 4242, no money moves.')
  if (BILLING_MODE === 'off') lines.push('Payments are off: set STRIPE_SECRET_KEY to sell.')
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** An error of listening as a sentence that names the setting. */
function explainListening(error: Error, { HOST, PORT }: { HOST: string; PORT: number }): Error {
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    return new EnvError(`PORT ${PORT} is used by another program. Stop that one or set PORT to a free port.`)
  }
  if (code === 'EACCES')
    return new EnvError(`PORT ${PORT} may not be used by this user. Set PORT to one above 1023.`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAFNOSUPPORT') {
    return new EnvError(
      `HOST ${HOST} is no address of this machine. Set HOST to one of its own, or leave it out.`,
    )
  }
  return error
}

const shutdown = new Shutdown()
main(shutdown).catch(async (error: unknown) => {
  process.stderr.write(
    `${error instanceof EnvError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  )
  await shutdown.run()
  process.exit(1)
})
