import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import type { Page } from '../list/page.ts'
import type { ActivationDto } from './activation-dto.ts'
import { selectActivations } from './select-activations.ts'

/** The account's devices. */
export function listActivations(
  ctx: Authorized<'activation:read'>,
  input: ListInput,
): Promise<Page<ActivationDto>> {
  return selectActivations(ctx, input)
}
