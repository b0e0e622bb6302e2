import '#lib/announce/listen.ts'
import { closeDatabase, configureDatabase } from '#db/client.ts'
import { deliverWebhook } from '#lib/announce/webhooks/deliver-webhook.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { loopback } from './webhook-receiver.ts'

/** A process of its own that may be made to die by CRASH_AT: it sends what is due for one resource of one webhook. */
const [databaseUrl = '', accountId = '', webhookId = '', resourceId = ''] = process.argv.slice(2)
configureDatabase(databaseUrl, { max: 2 })
await deliverWebhook(systemContext(accountId, 'deliver-webhook'), { webhookId, resourceId }, loopback)
await closeDatabase()
