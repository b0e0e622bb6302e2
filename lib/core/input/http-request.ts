/**
 * A request as far as routes look at it. A web-standard `Request` is one; the server of our own makes a cheaper one, because
 * the standard's objects cost more than most routes (docs/decisions/0007).
 */
export interface HttpRequest {
  readonly method: string
  /** Absolute. */
  readonly url: string
  readonly headers: HttpRequestHeaders
  readonly body: ReadableStream<Uint8Array> | null
  /**
   * Reads the whole body at once. Only where its length was told and is within the limit.
   * @throws when it breaks off
   */
  readWhole?(): Promise<Uint8Array>
}

/** A header that was sent several times is one, joined by commas. Null where there is none. */
export type HttpRequestHeaders = Pick<Headers, 'get' | 'has'>
