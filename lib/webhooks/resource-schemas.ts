import type { z } from 'zod'
import { ActivationDto } from '../activations/activation-dto.ts'
import { LicenseDto } from '../licenses/license-dto.ts'
import { OrganizationDto } from '../organizations/organization-dto.ts'
import { ProductDto } from '../products/product-dto.ts'
import { ReleaseDto } from '../releases/release-dto.ts'
import { TrialActivationDto } from '../trials/trial-dto.ts'
import { UserDto } from '../users/user-dto.ts'
import type { WebhookResource } from './event-names.ts'

/** What `data` of an event looks like: the answer of a GET of its resource. */
export const RESOURCE_SCHEMAS: Record<WebhookResource, z.ZodType> = {
  license: LicenseDto,
  activation: ActivationDto,
  user: UserDto,
  product: ProductDto,
  'trial-activation': TrialActivationDto,
  release: ReleaseDto,
  organization: OrganizationDto,
}
