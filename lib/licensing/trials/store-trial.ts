import { and, eq } from 'drizzle-orm'
import type { MetadataEntry } from '#db/schema/columns.ts'
import { trialActivations } from '#db/schema/trials.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'
import { newId } from '#lib/core/ids.ts'
import { memberHashes } from '../activations/structured-fingerprint.ts'
import type { Trial } from './trial-dto.ts'
import type { TrialInput } from './trial-input.ts'

interface StoredTrial {
  known: Trial | undefined
  input: TrialInput
  /** Seconds. */
  trialLength: number
  place: { ip: string | null; countryCode: string | null }
  offline: boolean
}

/** Writes a new trial, or what a known one's device now says of itself. Audited where it is new or different. */
export async function storeTrial(ctx: Ctx, { known, input, ...more }: StoredTrial): Promise<Trial> {
  const at = ctx.clock.now()
  const said = deviceColumns(input, known?.metadata ?? [], at)
  if (!known) {
    const [created] = await ctx.db
      .insert(trialActivations)
      .values({
        ...said,
        ...more.place,
        accountId: ctx.accountId,
        id: newId(),
        productId: input.productId,
        userHash: input.userHash,
        offline: more.offline,
        expiresAt: new Date(at.getTime() + more.trialLength * 1000),
        createdAt: at,
        updatedAt: at,
      })
      .returning()
    if (!created) throw new Error('a trial was inserted and not returned')
    record(ctx, 'trial-activation.created', created, {
      ...said,
      offline: created.offline,
      expiresAt: created.expiresAt.toISOString(),
    })
    return created
  }
  const changes = changedColumns(known, said)
  if (Object.keys(changes).length === 0) return known
  const [updated] = await ctx.db
    .update(trialActivations)
    .set({ ...changes, ...more.place, updatedAt: at })
    .where(and(eq(trialActivations.accountId, ctx.accountId), eq(trialActivations.id, known.id)))
    .returning()
  if (!updated) throw new Error('a trial vanished though it was locked')
  record(ctx, 'trial-activation.updated', updated, changes)
  return updated
}

function deviceColumns(input: TrialInput, known: readonly MetadataEntry[], at: Date) {
  return {
    fingerprint: input.fingerprint,
    fingerprintMembers: memberHashes(input.fingerprint),
    os: input.os,
    osVersion: input.osVersion,
    hostname: input.hostname,
    vmName: input.vmName,
    container: input.container,
    appVersion: input.appVersion,
    releaseVersion: input.releaseVersion,
    clientVersion: input.clientVersion,
    metadata: input.metadata ? entries(input.metadata, known, at) : [...known],
  }
}
type DeviceColumns = ReturnType<typeof deviceColumns>

/** The device's own entries replace the stored ones; one that did not change keeps its id and times. */
function entries(
  sent: readonly { key: string; value: string }[],
  known: readonly MetadataEntry[],
  at: Date,
): MetadataEntry[] {
  const now = at.toISOString()
  return sent.map(({ key, value }) => {
    const before = known.find((entry) => entry.key === key)
    if (before?.value === value) return before
    const id = before?.id ?? newId()
    return { id, key, value, viewPermissions: [], createdAt: before?.createdAt ?? now, updatedAt: now }
  })
}

function changedColumns(before: Trial, after: DeviceColumns): Partial<DeviceColumns> {
  return Object.fromEntries(
    Object.entries(after).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field as keyof DeviceColumns]),
    ),
  )
}

/** The host's name says something of a person, and metadata may say anything: neither goes into the trail, nor do fingerprints. */
function record(
  ctx: Ctx,
  event: 'trial-activation.created' | 'trial-activation.updated',
  trial: Trial,
  {
    hostname: _hostname,
    fingerprint: _fingerprint,
    fingerprintMembers: _members,
    metadata,
    ...changes
  }: Partial<DeviceColumns> & Record<string, unknown>,
): void {
  recordEvent(ctx, {
    event,
    resource: 'trial-activation',
    resourceId: trial.id,
    changes: {
      productId: trial.productId,
      ...changes,
      ...(metadata && { metadata: metadata.map(({ key }) => key) }),
    },
  })
}
