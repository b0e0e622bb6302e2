import type { z } from 'zod'
import { ProductDto } from '#lib/catalog/products/product-dto.ts'
import { ActivationDto } from '#lib/licensing/activations/activation-dto.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { ReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import { TrialActivationDto } from '#lib/licensing/trials/trial-dto.ts'
import { OrganizationDto } from '#lib/people/organizations/organization-dto.ts'
import { UserDto } from '#lib/people/users/user-dto.ts'
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
