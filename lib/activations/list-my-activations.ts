import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import type { Page } from '../list/page.ts'
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
