import { getProduct } from '#lib/catalog/products/get-product.ts'
import { type Authorized, authorize } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import type { PendingEvent } from '#lib/core/pending-event.ts'
import type { Permission } from '#lib/core/permissions.ts'
import { getActivation } from '#lib/licensing/activations/get-activation.ts'
import { getLicense } from '#lib/licensing/licenses/get-license.ts'
import { getRelease } from '#lib/licensing/releases/get-release.ts'
import { getTrial } from '#lib/licensing/trials/get-trial.ts'
import { getOrganization } from '#lib/people/organizations/get-organization.ts'
import { getUser } from '#lib/people/users/get-user.ts'
import { resourceOf, type WebhookEventName, type WebhookResource } from './event-names.ts'
import { RESOURCE_SCHEMAS } from './resource-schemas.ts'

/** How the rows of each resource are read: by the very verb that answers their GET. */
const LOADERS: Record<WebhookResource, (ctx: Ctx, id: string) => Promise<unknown>> = {
  license: (ctx, id) => getLicense(reader(ctx, 'license:read'), id),
  activation: (ctx, id) => getActivation(reader(ctx, 'activation:read'), { id }),
  user: (ctx, id) => getUser(reader(ctx, 'user:read'), { id }),
  product: (ctx, id) => getProduct(reader(ctx, 'product:read'), id),
  'trial-activation': (ctx, id) => getTrial(reader(ctx, 'trialActivation:read'), id),
  release: (ctx, id) => getRelease(reader(ctx, 'release:read'), id),
  organization: (ctx, id) => getOrganization(reader(ctx, 'organization:read'), id),
}

/**
 * The open transaction with permission to read the whole account. The operator who made the webhook decided what it sends, not
 * the actor who caused the event.
 */
function reader<P extends Permission>(ctx: Ctx, permission: P): Authorized<P> {
  return authorize({ ...ctx, actor: { kind: 'console' } }, permission)
}

/**
 * The GET answer of the event's row at this moment of the transaction. For a deleted row its last state, or its id alone if the
 * verb did not keep that.
 */
export async function loadPayload(
  ctx: Ctx,
  event: PendingEvent & { event: WebhookEventName },
): Promise<unknown> {
  const resource = resourceOf(event.event)
  if (event.snapshot !== undefined) return RESOURCE_SCHEMAS[resource].parse(event.snapshot)
  return (await loadResource(ctx, resource, event.resourceId)) ?? { id: event.resourceId }
}

/** One row as its GET answers it; undefined when it is gone. */
export async function loadResource(ctx: Ctx, resource: WebhookResource, id: string): Promise<unknown> {
  try {
    return RESOURCE_SCHEMAS[resource].parse(await LOADERS[resource](ctx, id))
  } catch (error) {
    if (error instanceof AppError && ['NOT_FOUND', 'ACTIVATION_NOT_FOUND'].includes(error.code))
      return undefined
    throw error
  }
}
