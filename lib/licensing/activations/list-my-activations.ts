import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import type { ActivationDto } from './activation-dto.ts'
import { ofActingCustomer } from './my-devices.ts'
import { selectActivations } from './select-activations.ts'

/** The customer's own devices, those of one license by the filter `licenseId`. */
export function listMyActivations(
  ctx: Authorized<'me:read'>,
  input: ListInput,
): Promise<Page<ActivationDto>> {
  return selectActivations(ctx, input, ofActingCustomer(ctx))
}
