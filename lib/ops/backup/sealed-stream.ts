import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { derivedKeys } from '#lib/core/crypto/keyring.ts'
import { anotherKey } from '#lib/core/key-store/canary.ts'
import { BackupError, Damage } from './format.ts'

/*
 * An encrypted backup is one line of JSON, then the content in pieces of 64 KiB (the last may be shorter), each sealed with
 * AES-256-GCM and followed by its tag. A piece's nonce is its number; what is authenticated with it is the line, the number and
 * whether it is the last: no piece can be altered, left out, repeated, moved, or cut off behind.
 */

export const ENCRYPTED_FORMAT = 'latchkey-encrypted-backup'

const ClearHeader = z.object({
  format: z.literal(ENCRYPTED_FORMAT),
  version: z.number().int(),
  /** Which entry of SECRET_KEY. */
  kid: z.string(),
  /** The salt of this file's key, 32 bytes. */
  salt: z.base64url().length(43),
})

const VERSION = 2
const PIECE_BYTES = 64 * 1024
const TAG_BYTES = 16
/** No header line is longer. */
const HEADER_MAX_BYTES = 1024

/** Encrypts a backup's content under a key of its own, derived from the current entry of SECRET_KEY. */
export async function* sealStream(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const [current] = derivedKeys('backup')
  const salt = randomBytes(32).toString('base64url')
  const header: z.infer<typeof ClearHeader> = {
    format: ENCRYPTED_FORMAT,
    version: VERSION,
    kid: current.kid,
    salt,
  }
  const line = Buffer.from(`${JSON.stringify(header)}\n`)
  yield line
  const key = fileKey(current.key, salt)
  let number = 0
  for await (const { bytes, isLast } of cut(content, PIECE_BYTES)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number))
    cipher.setAAD(aad(line, number, isLast))
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
    number += 1
  }
}

/**
 * The content that `sealStream` was given. Each piece is returned after its tag was checked.
 * @throws {Damage} at the first piece that is not as it was written
 * @throws {EnvError} when no entry of SECRET_KEY wrote it
 */
export async function* openStream(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const chunks = file[Symbol.asyncIterator]()
  const { line, rest } = await readLine(chunks)
  const header = parseHeader(line)
  const entry = derivedKeys('backup').find(({ kid }) => kid === header.kid)
  if (!entry) throw anotherKey('backup')
  const key = fileKey(entry.key, header.salt)
  let number = 0
  for await (const { bytes, isLast } of cut(following(rest, chunks), PIECE_BYTES + TAG_BYTES)) {
    yield openPiece(key, bytes, nonceOf(number), aad(line, number, isLast))
    number += 1
  }
}

function openPiece(key: Buffer, piece: Buffer, nonce: Buffer, bound: Buffer): Buffer {
  if (piece.length < TAG_BYTES) throw new Damage('it is cut off')
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(bound)
  decipher.setAuthTag(piece.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(piece.subarray(0, -TAG_BYTES)), decipher.final()])
  } catch (cause) {
    throw new Damage('a piece was altered', { cause })
  }
}

function parseHeader(line: Buffer): z.infer<typeof ClearHeader> {
  let parsed: z.infer<typeof ClearHeader>
  try {
    parsed = ClearHeader.parse(JSON.parse(line.toString('utf8')))
  } catch (cause) {
    throw new Damage('its first line is unreadable', { cause })
  }
  if (parsed.version === VERSION) return parsed
  throw new BackupError(
    `The backup has format ${parsed.version}; this version of Latchkey reads ${VERSION} and older.`,
  )
}

function fileKey(derived: Buffer, salt: string): Buffer {
  return Buffer.from(hkdfSync('sha256', derived, Buffer.from(salt, 'base64url'), 'backup file', 32))
}

function nonceOf(number: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(number), 4)
  return nonce
}

function aad(line: Buffer, number: number, isLast: boolean): Buffer {
  return Buffer.concat([line, nonceOf(number), Buffer.from([isLast ? 1 : 0])])
}

async function readLine(chunks: AsyncIterator<Buffer>): Promise<{ line: Buffer; rest: Buffer }> {
  let read: Buffer = Buffer.alloc(0)
  for (;;) {
    const end = read.indexOf(10)
    if (end !== -1) return { line: read.subarray(0, end + 1), rest: read.subarray(end + 1) }
    if (read.length > HEADER_MAX_BYTES) throw new Damage('its first line does not end')
    const { done, value } = await chunks.next()
    if (done) throw new Damage('it is cut off')
    read = Buffer.concat([read, value])
  }
}

async function* following(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void> {
  yield first
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
}

/** The stream in pieces of that size. There is always a last one, which may be empty. */
async function* cut(
  stream: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<{ bytes: Buffer; isLast: boolean }, void> {
  let waiting: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    waiting.push(chunk)
    length += chunk.length
    // A full piece waits until it is known whether it is the last.
    if (length <= size) continue
    const bytes = Buffer.concat(waiting)
    let from = 0
    for (; length - from > size; from += size)
      yield { bytes: bytes.subarray(from, from + size), isLast: false }
    waiting = [bytes.subarray(from)]
    length -= from
  }
  yield { bytes: Buffer.concat(waiting), isLast: true }
}
