import { createHash } from 'node:crypto'
import type { Sample, SampleLicense } from '../data/fill.ts'
import type { RequestMaker } from './request.ts'

const JSON_BODY = { 'content-type': 'application/json' }

export const statusRequest: RequestMaker = () => ({ method: 'GET', path: '/v3/status' })

/** A device that it is known asks whether its license is good. */
export function validateRequest(sample: Sample): RequestMaker {
  return (n) => {
    const { key, fingerprint } = licenseAt(sample, n)
    const body = JSON.stringify({ productId: sample.productId, key, fingerprint, nonce: String(n) })
    return { method: 'POST', path: '/v3/licenses/validate', headers: JSON_BODY, body }
  }
}

/** A device exchanges its token for a fresh one. Nothing about it has changed. */
export function syncRequest(sample: Sample): RequestMaker {
  return (n) => {
    const license = licenseAt(sample, n)
    const body = JSON.stringify(device(sample, license.key, license.fingerprint))
    return { method: 'PATCH', path: `/v3/activations/${license.activationId}`, headers: JSON_BODY, body }
  }
}

/** A device that was never seen takes a seat of a license for any number of devices. */
export function activationRequest(sample: Sample): RequestMaker {
  const unlimited = sample.licenses.filter((_, n) => n % 2 === 1)
  return (n) => {
    const fingerprint = createHash('sha256').update(`device ${n}`).digest('hex')
    const body = JSON.stringify(device(sample, unlimited[n % unlimited.length]?.key ?? '', fingerprint))
    return { method: 'POST', path: '/v3/activations', headers: JSON_BODY, body }
  }
}

/** What the published clients send. */
function device(sample: Sample, key: string, fingerprint: string) {
  return {
    productId: sample.productId,
    key,
    fingerprint,
    os: 'linux',
    osVersion: '11',
    hostname: 'workstation',
    vmName: '',
    container: false,
    appVersion: '4.2.0',
    releaseVersion: '',
    clientVersion: '4.28.0',
    userHash: '',
    metadata: [],
  }
}

/** Neighbors in time are not neighbors in the table: a stride that has no factor in common with their number. */
function licenseAt(sample: Sample, n: number): SampleLicense {
  const license = sample.licenses[(n * 7_919) % sample.licenses.length]
  if (!license) throw new Error('the sample holds no license')
  return license
}
