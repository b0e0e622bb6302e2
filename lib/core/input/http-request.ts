/**
 * The part of a request that routes read. A web-standard `Request` satisfies it. Our own server makes a cheaper object, because
 * the standard's objects cost more than most routes (docs/decisions/0007).
 */
export interface HttpRequest {
  readonly method: string
  /** Absolute. */
  readonly url: string
  readonly headers: HttpRequestHeaders
  readonly body: ReadableStream<Uint8Array> | null
  /**
   * Reads the whole body at once. Only if its declared length is within the limit.
   * @throws when it breaks off
   */
  readWhole?(): Promise<Uint8Array>
}

/** A header that was sent several times is joined by commas. Null if it was not sent. */
export type HttpRequestHeaders = Pick<Headers, 'get' | 'has'>
