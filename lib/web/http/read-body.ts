import { AppError } from '#lib/core/errors.ts'
import type { HttpRequest } from '#lib/core/input/http-request.ts'

/** The most that a body may hold, bytes, where nothing else is declared. */
export const BODY_LIMIT = 256 * 1024
/** The most that a route may declare. */
export const LARGEST_BODY = 1024 * 1024
/** How deep objects and lists may lie in one another. Real bodies need four. */
const DEPTH_LIMIT = 32

/**
 * Reads a body as text, never more than the limit.
 * @throws BODY_TOO_LARGE, INVALID_JSON when it is not UTF-8 or breaks off
 */
export async function readBody(request: HttpRequest, limit = BODY_LIMIT): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit)
  const bytes = await readBytes(request, limit)
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new AppError('INVALID_JSON', 'The body is not UTF-8 text.', { cause })
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

async function readBytes(request: HttpRequest, limit: number): Promise<Uint8Array> {
  if (request.readWhole) {
    // The caller hung up. Its connection error must not be mistaken for the database's.
    return request.readWhole().catch((cause: unknown) => {
      throw new AppError('INVALID_JSON', 'The body broke off.', { cause })
    })
  }
  if (!request.body) return new Uint8Array()
  const chunks = await readChunks(request.body, limit)
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer())
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
    // The caller hung up. Its connection error must not be mistaken for the database's.
    throw new AppError('INVALID_JSON', 'The body broke off.', { cause })
  }
  if (size <= limit) return chunks
  await reader.cancel()
  throw tooLarge(limit)
}

/** A body as it was sent; `passedOver` are the names of a form's fields, which are not read. */
export interface SentBody {
  value: unknown
  passedOver: readonly string[]
}

/**
 * Reads a JSON body. No body and no content type are both fine and mean `{}`, because real clients send that (contract §2); so
 * is `null`, which says nothing either, and a form where nothing needs to be in it.
 * @throws BODY_TOO_LARGE, INVALID_JSON
 */
export async function readJson(request: HttpRequest, limit = BODY_LIMIT): Promise<SentBody> {
  const text = await readBody(request, limit)
  if (text.trim() === '') return { value: {}, passedOver: [] }
  try {
    const value: unknown = JSON.parse(text)
    if (nestsDeeper(value, DEPTH_LIMIT)) throw new AppError('INVALID_JSON', 'The body is nested too deeply.')
    return { value: value ?? {}, passedOver: [] }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    if (request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) {
      return { value: {}, passedOver: [...new URLSearchParams(text).keys()] }
    }
    throw new AppError('INVALID_JSON', 'The body is not valid JSON.', { cause })
  }
}

/** Whether a body came, as far as that can be told without reading it. */
export function carriesBody(request: HttpRequest): boolean {
  return request.body !== null || Number(request.headers.get('content-length') ?? 0) > 0
}

/** JSON.parse takes any depth. Other code that walks through a value is recursive and would overflow the stack. */
function nestsDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false
  if (levels === 0) return Object.keys(value).length > 0
  return Object.values(value).some((part) => nestsDeeper(part, levels - 1))
}

function tooLarge(limit: number): AppError {
  return new AppError('BODY_TOO_LARGE', `The body is larger than ${limit} bytes.`)
}
