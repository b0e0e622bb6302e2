import { and, desc, eq, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { activations } from '#db/schema/licenses.ts'
import type { Activation } from './activation-token.ts'
import {
  agreement,
  isSameComputer,
  type MatchingStrategy,
  parseStructured,
  STRUCTURED_START,
} from './structured-fingerprint.ts'

/** The most devices that are compared, newest first. On a license with more devices, one more place does little harm. */
const MOST_CANDIDATES = 2_000

export type SameComputer = Pick<
  Activation,
  'id' | 'fingerprint' | 'userHash' | 'instanceId' | 'leaseExpiresAt' | 'createdAt'
>

/**
 * Devices of a license that are the same computer as a new fingerprint: the most similar first, then the oldest. None for a
 * fingerprint that is not structured. Called only if no device has exactly this text.
 */
export async function findSameComputer(
  db: Executor,
  license: { accountId: string; id: string; fingerprintMatchingStrategy: MatchingStrategy },
  fingerprint: string,
): Promise<SameComputer[]> {
  const shown = parseStructured(fingerprint)
  if (!shown || shown.size === 0) return []
  const candidates = await db
    .select({
      id: activations.id,
      fingerprint: activations.fingerprint,
      userHash: activations.userHash,
      instanceId: activations.instanceId,
      leaseExpiresAt: activations.leaseExpiresAt,
      createdAt: activations.createdAt,
    })
    .from(activations)
    .where(
      and(
        eq(activations.accountId, license.accountId),
        eq(activations.licenseId, license.id),
        sql`${activations.fingerprint} ~ ${STRUCTURED_START}`,
      ),
    )
    .orderBy(desc(activations.createdAt))
    .limit(MOST_CANDIDATES)
  return candidates
    .map((device) => ({ device, known: parseStructured(device.fingerprint) }))
    .filter(({ known }) => known && isSameComputer(known, shown, license.fingerprintMatchingStrategy))
    .map(({ device, known }) => ({ device, alike: known ? agreement(known, shown) : 0 }))
    .sort((a, b) => b.alike - a.alike || a.device.createdAt.getTime() - b.device.createdAt.getTime())
    .map(({ device }) => device)
}
