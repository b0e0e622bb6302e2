import { AppError } from '../errors.ts'

/** The most a Web API body may hold, bytes. */
export const BODY_LIMIT = 1024 * 1024
/** How deep objects and lists may lie in one another. Real bodies need four. */
const DEPTH_LIMIT = 32

/**
 * Reads a body as text, never more than the limit.
 * @throws BODY_TOO_LARGE, INVALID_JSON when it is not UTF-8 or breaks off
 */
export async function readBody(request: Request, limit = BODY_LIMIT): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit)
  if (!request.body) return ''
  const chunks = await readChunks(request.body, limit)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      await new Blob(chunks as BlobPart[]).arrayBuffer(),
    )
  } catch (cause) {
    throw new AppError('INVALID_JSON', 'The body is not UTF-8 text.', { cause })
  }
}

async function readChunks(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = body.getReader()
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.byteLength
      if (size > limit) break
      chunks.push(part.value)
    }
  } catch (cause) {
    // The caller hung up. Its broken connection must not be taken for the database's.
    throw new AppError('INVALID_JSON', 'The body broke off.', { cause })
  }
  if (size <= limit) return chunks
  await reader.cancel()
  throw tooLarge(limit)
}

/**
 * Reads a JSON body. No body and no content type are both fine and mean `{}`, because real clients send that (contract §2);
 * so is a form body where nothing needs to be in it.
 * @throws INVALID_JSON
 */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readBody(request)
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (nestsTooDeeply(value)) throw new AppError('INVALID_JSON', 'The body is nested too deeply.')
    return value
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) return {}
    throw new AppError('INVALID_JSON', 'The body is not valid JSON.', { cause })
  }
}

/** Parsing takes any depth; everything else that walks through a value calls itself, and would run out of stack. */
function nestsTooDeeply(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; depth <= DEPTH_LIMIT; depth += 1) {
    level = level.flatMap((part) => (part !== null && typeof part === 'object' ? Object.values(part) : []))
    if (level.length === 0) return false
  }
  return true
}

function tooLarge(limit: number): AppError {
  return new AppError('BODY_TOO_LARGE', `The body is larger than ${limit} bytes.`)
}
