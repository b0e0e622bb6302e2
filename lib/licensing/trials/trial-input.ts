import { z } from 'zod'
import { instantInput, int } from '#lib/core/input/fields.ts'
import { ActivationInput } from '../activations/activation-input.ts'

const { productId, fingerprint, os, osVersion, hostname, vmName, container } = ActivationInput.shape
const { appVersion, releaseVersion, clientVersion, userHash, metadata, requestId } = ActivationInput.shape

/** What a device says of itself: the body of an activation without a key. */
export const TrialInput = z.object({
  productId,
  fingerprint,
  os,
  osVersion,
  hostname,
  vmName,
  container,
  appVersion,
  releaseVersion,
  clientVersion,
  userHash,
  metadata,
  requestId,
})
export type TrialInput = z.output<typeof TrialInput>

/** Body of `POST /v3/trial-activations/{id}/extend`. */
export const ExtendTrialInput = z.object({
  extensionLength: int({ min: 1 }).meta({
    description: 'Seconds, counted from the present end of the trial.',
  }),
})
export type ExtendTrialInput = z.output<typeof ExtendTrialInput>

/** Body of `PATCH /v3/trial-activations/{id}/expires-at`. */
export const TrialExpiryInput = z.object({ expiresAt: instantInput() })
export type TrialExpiryInput = z.output<typeof TrialExpiryInput>
