import { readFile } from 'node:fs/promises'
import { accountPublicKeys } from '#lib/vendor/signing/public-keys.ts'
import { LatchkeyError } from '#sdk/errors.ts'
import { type FileState, invalidFile, judgeFile } from '#sdk/file-state.ts'
import { verifyFile } from '#sdk/offline-file.ts'
import { type PinnedKey, parseAccountKeys } from '#sdk/trusted-key.ts'
import { type Command, parseOptions, UsageError } from '../command.ts'

/**
 * `verify-file FILE [--key K] [--fingerprint F] [--public-key HEX|PEM|FILE]`: what a license or machine file says and whether
 * it counts now; exit code 1 when it does not.
 */
export const verifyFileCommand: Command = {
  name: 'verify-file',
  usage: 'verify-file FILE [--key K] [--fingerprint F] [--public-key HEX|PEM|FILE]',
  summary: 'checks a license or machine file and prints what it says',
  async run(args, { db, now, account }) {
    const { values, positionals } = parseOptions(args, {
      key: { type: 'string' },
      fingerprint: { type: 'string' },
      'public-key': { type: 'string' },
    })
    const [path, ...rest] = positionals
    if (!path || rest.length > 0) throw new UsageError('verify-file: name one file.')
    const text = await readText(path)
    const pinned: PinnedKey[] = values['public-key']
      ? [await readKey(values['public-key'])]
      : (await accountPublicKeys(db, await account(), now)).map(({ kid, hex }) => ({
          kid,
          key: hex,
        }))
    const state = judge(text, pinned, values, now)
    process.stdout.write(`${JSON.stringify(state, null, 2)}\n`)
    return state.status === 'ACTIVE' ? 0 : 1
  },
}

function judge(
  text: string,
  pinned: PinnedKey[],
  { key, fingerprint }: { key?: string | undefined; fingerprint?: string | undefined },
  at: Date,
): FileState {
  const kind = text.includes('BEGIN MACHINE FILE') ? 'machine' : 'license'
  try {
    const accountKeys = parseAccountKeys(pinned)
    const verdict = verifyFile(text, kind, { accountKeys, productId: null, licenseKey: key, fingerprint })
    if (!verdict.ok) return invalidFile(verdict.reason)
    const now = at.getTime() / 1000
    return judgeFile(verdict.content, { now, latestSeen: 0, isRevoked: false })
  } catch (error) {
    if (error instanceof LatchkeyError) throw new UsageError(error.message)
    throw error
  }
}

/** 64 hexadecimal characters, PEM, or a file that holds either. */
async function readKey(value: string): Promise<string> {
  if (/^[0-9a-f]{64}$/i.test(value) || value.includes('-----BEGIN')) return value.replaceAll('\\n', '\n')
  return (await readText(value)).trim()
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    throw new UsageError(`${path} cannot be read.`)
  }
}
