import { SignJWT } from 'jose'
import type { Executor } from '#db/client.ts'
import type { MetadataEntry } from '#db/schema/columns.ts'
import { visibleMetadata } from '#lib/core/metadata/metadata.ts'
import { productSigningKey } from '#lib/vendor/signing/product-signing-key.ts'
import type { ActivationTokenDto } from '../activations/activation-dto.ts'
import type { ActivationClaims } from '../activations/activation-token.ts'
import type { Trial } from './trial-dto.ts'

/** The facts in a trial's token. */
export interface TrialFacts {
  trial: Trial
  /** Of the product's trial policy. */
  fingerprintMatchingStrategy: string
  productMetadata: readonly MetadataEntry[]
}

/** Seconds that the computer's clock may be wrong, as licenses have it unless told otherwise. */
const ALLOWED_CLOCK_OFFSET = 60

/**
 * The claims of a trial's token: those of an activation, as far as a trial has them. There is no license: `lid` and `key` are
 * empty, so that no application takes a trial for one.
 */
export function trialClaims({ trial, ...facts }: TrialFacts, at: Date): ActivationClaims {
  return {
    iat: seconds(at),
    aid: trial.id,
    lid: '',
    pid: trial.productId,
    key: '',
    type: 'trial',
    trial: true,
    suspended: false,
    name: '',
    email: '',
    company: '',
    fp: trial.fingerprint,
    fms: facts.fingerprintMatchingStrategy,
    uh: trial.userHash,
    os: trial.os,
    eat: seconds(trial.expiresAt),
    leat: 0,
    ld: 0,
    ls: 'per-machine',
    ssi: 0,
    ssgpeat: 0,
    aco: ALLOWED_CLOCK_OFFSET,
    orv: 0,
    fc: 0,
    // Official clients throw when one of these six is missing.
    pmd: visibleMetadata(facts.productMetadata, 'activation'),
    lmd: [],
    umd: [],
    amd: trial.metadata.map(({ key, value }) => ({ key, value })),
    lma: [],
    ama: [],
    acat: seconds(trial.createdAt),
    crv: trial.releaseVersion,
  }
}

/** Issues the token that an application verifies offline. */
export async function signTrialToken(
  db: Executor,
  facts: TrialFacts,
  { at, requestId }: { at: Date; requestId: string },
): Promise<ActivationTokenDto> {
  const { accountId, productId } = facts.trial
  const { kid, privateKey } = await productSigningKey(db, accountId, productId)
  const activationToken = await new SignJWT({
    ...trialClaims(facts, at),
    ...(requestId && { rid: requestId }),
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .sign(privateKey)
  return { activationToken }
}

/** A moment at or before 1970 must not read as "none". */
function seconds(moment: Date): number {
  return Math.max(1, Math.floor(moment.getTime() / 1000))
}
