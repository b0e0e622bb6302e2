import type { Authorized } from '#lib/core/authorize.ts'
import { type ActivationDto, toActivationDto } from './activation-dto.ts'
import { findMyDevice } from './my-devices.ts'

/**
 * One of the customer's own devices.
 * @throws ACTIVATION_NOT_FOUND
 */
export async function getMyActivation(
  ctx: Authorized<'me:read'>,
  { id }: { id: string },
): Promise<ActivationDto> {
  const device = await findMyDevice(ctx, id)
  return toActivationDto(device, device.meters)
}
