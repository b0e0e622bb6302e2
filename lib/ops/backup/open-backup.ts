import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { LineReader } from './line-reader.ts'
import { type Part, readBackup } from './read-backup.ts'
import { openStream } from './sealed-stream.ts'

const GZIP = Buffer.from([0x1f, 0x8b])

/**
 * Reads a backup from its beginning, an encrypted one or one from before they were; the file is closed again however the work
 * ends.
 */
export async function openBackup<T>(
  file: string,
  work: (parts: AsyncIterable<Part>) => Promise<T>,
): Promise<T> {
  const isPlain = await startsWith(file, GZIP)
  const source = createReadStream(file)
  const unpacked = createGunzip()
  const reading = (isPlain ? pipeline(source, unpacked) : pipeline(source, openStream, unpacked)).catch(
    (error: unknown) => {
      // A stream that is left half-read would be waited for without end.
      unpacked.destroy(error instanceof Error ? error : new Error(String(error)))
    },
  )
  try {
    return await work(readBackup(new LineReader(unpacked)))
  } finally {
    source.destroy()
    unpacked.destroy()
    await reading
  }
}

async function startsWith(file: string, bytes: Buffer): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(bytes.length), 0, bytes.length, 0)
    return buffer.equals(bytes)
  } finally {
    await handle.close()
  }
}
