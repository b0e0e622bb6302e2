import { randomBytes } from 'node:crypto'
import { webhooks } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { STANDARD_PREFIX } from './sign-delivery.ts'
import { type NewWebhookDto, toWebhookDto } from './webhook-dto.ts'
import type { CreateWebhookInput } from './webhook-input.ts'
import { readWebhookUrl } from './webhook-url.ts'

/**
 * Makes a webhook. Without a secret of the caller's own one is made (`whsec_…`) and answered, this once.
 * @throws INVALID_INPUT, CONFLICT when the name is taken
 */
export async function createWebhook(
  ctx: Authorized<'webhook:write'>,
  input: CreateWebhookInput,
): Promise<NewWebhookDto> {
  const url = readWebhookUrl(input.url)
  const made = input.token === undefined ? STANDARD_PREFIX + randomBytes(32).toString('base64') : ''
  return inTransaction(ctx, async (tx) => {
    const id = newId()
    const now = tx.clock.now()
    const [row] = await tx.db
      .insert(webhooks)
      .values({
        accountId: tx.accountId,
        id,
        name: input.name,
        url,
        sealedToken: seal('webhook-token', input.token ?? made, id),
        active: input.active,
        events: input.events,
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [webhooks.accountId, webhooks.name] })
      .returning()
    if (!row) throw nameTaken('webhook')
    recordEvent(tx, {
      event: 'webhook.created',
      resource: 'webhook',
      resourceId: id,
      changes: { name: row.name, url: auditedUrl(url), active: row.active, events: row.events },
    })
    return { ...toWebhookDto(row), token: made }
  })
}

/** Without the query, where some receivers want a key of theirs. */
export function auditedUrl(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
