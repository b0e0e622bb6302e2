import { raiseSeenTime, readSeenTime, rememberTime } from './clock-guard.ts'
import type { LatchkeyContext } from './context.ts'
import { localError } from './errors.ts'
import { type FileState, invalidFile, judgeFile } from './file-state.ts'
import { type FileKind, verifyFile } from './offline-file.ts'
import { namesLicense, readRevocations } from './revocations.ts'

/**
 * Judges a license or machine file without the network: genuine, for this product, key and computer, not expired, not revoked
 * as far as this computer knows, clock not turned back. Throws `CONFIGURATION` when the account's key was not given.
 */
export async function openFile(
  ctx: LatchkeyContext,
  text: string,
  { kind, licenseKey }: { kind: FileKind; licenseKey: string },
): Promise<FileState> {
  const { accountKeys, productId } = ctx
  if (accountKeys.length === 0) {
    throw localError('CONFIGURATION', 'Latchkey option "accountKey" is needed to read license files.')
  }
  const fingerprint = kind === 'machine' ? await ctx.fingerprint() : undefined
  const binding = { accountKeys, productId, licenseKey: licenseKey.trim(), fingerprint }
  const verdict = verifyFile(text, kind, binding)
  if (!verdict.ok) return invalidFile(verdict.reason)
  const { content } = verdict
  const now = ctx.nowSeconds()
  const seen = await readSeenTime(ctx.store)
  const list = await readRevocations(ctx)
  const isRevoked = namesLicense(list, content.license.id, content.issuedAt)
  const state = judgeFile(content, { now, latestSeen: seen.latest, isRevoked, features: ctx.features })
  await rememberTime(ctx.store, now, seen)
  // A full disk is no reason to stop, here as there.
  await raiseSeenTime(ctx.store, content.issuedAt).catch(() => undefined)
  return state
}
