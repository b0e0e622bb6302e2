import { and, eq, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import { organizations, resellers } from '#db/schema/organizations.ts'
import type { Administered } from '#lib/core/actor.ts'
import type { Ctx } from '#lib/core/context.ts'
import { notFound } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { type MetadataInput, storeMetadata, toMetadataDto } from '#lib/core/metadata/metadata.ts'

/** Organizations and resellers are both a contact: a name of its own, an address, a description and metadata. */
const CONTACTS = { organization: organizations, reseller: resellers } as const
type Contact = Pick<
  typeof resellers.$inferSelect,
  'id' | 'createdAt' | 'updatedAt' | 'name' | 'email' | 'description' | 'metadata'
>

export const contactDtoFields = {
  id: z.uuid(),
  createdAt: isoDate(),
  updatedAt: isoDate(),
  name: z.string(),
  email: z.string(),
  description: z.string(),
}

export function toContactDto(contact: Contact) {
  return {
    id: contact.id,
    createdAt: contact.createdAt.toISOString(),
    updatedAt: contact.updatedAt.toISOString(),
    name: contact.name,
    email: contact.email,
    description: contact.description,
  }
}

/** Metadata as the viewer may see it; null stands for the vendor, who sees all of it. */
export function metadataFor(viewer: Administered['kind'] | null, { metadata }: Pick<Contact, 'metadata'>) {
  return toMetadataDto(metadata).filter(
    ({ viewPermissions }) => viewer === null || viewPermissions.includes(viewer),
  )
}

interface ContactInput {
  name: string
  email?: string | undefined
  description?: string | undefined
  metadata?: MetadataInput | undefined
}

/** The columns of a new organization or reseller that both have. */
export function newContact(ctx: Ctx, { name, email = '', description = '', metadata = [] }: ContactInput) {
  const now = ctx.clock.now()
  return {
    accountId: ctx.accountId,
    id: newId(),
    name,
    email,
    description,
    metadata: storeMetadata(metadata, [], now),
    createdAt: now,
    updatedAt: now,
  }
}

/**
 * Locks the row of an organization or reseller until the transaction ends.
 * @throws NOT_FOUND
 */
export async function lockContact(
  ctx: Ctx,
  kind: Administered['kind'],
  id: string,
): Promise<Pick<Contact, 'name' | 'metadata'>> {
  const table = CONTACTS[kind]
  const [row] = await ctx.db
    .select({ name: table.name, metadata: table.metadata })
    .from(table)
    .where(ofContact(ctx, kind, id))
    .for('update')
  if (!row) throw notFound(kind)
  return row
}

/** The condition for the row itself. */
export function ofContact(ctx: Ctx, kind: Administered['kind'], id: string): SQL | undefined {
  const table = CONTACTS[kind]
  return and(eq(table.accountId, ctx.accountId), eq(table.id, id))
}

/** The columns that a change writes: what was sent, and metadata merged with what was there. */
export function changedContact<T extends { metadata?: MetadataInput | undefined }>(
  ctx: Ctx,
  { metadata, ...changes }: T,
  before: Pick<Contact, 'metadata'>,
) {
  const now = ctx.clock.now()
  return {
    ...changes,
    ...(metadata && { metadata: storeMetadata(metadata, before.metadata, now) }),
    updatedAt: now,
  }
}

/** What the audit trail says of changed metadata: the keys alone. */
export function changedKeys(metadata: MetadataInput | undefined) {
  return metadata && { metadata: metadata.map(({ key }) => key) }
}
