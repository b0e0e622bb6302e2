import type { z } from 'zod'
import { ActivationDto } from '../activations/activation-dto.ts'
import { LicenseDto } from '../licenses/license-dto.ts'
import { ProductDto } from '../products/product-dto.ts'
import { UserDto } from '../users/user-dto.ts'
import type { WebhookResource } from './event-names.ts'

/** What `data` of an event looks like: the answer of a GET of its resource. */
export const RESOURCE_SCHEMAS: Record<WebhookResource, z.ZodType> = {
  license: LicenseDto,
  activation: ActivationDto,
  user: UserDto,
  product: ProductDto,
}
