/** Reads a stream of bytes line by line; a line keeps its newline. */
export class LineReader {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  /** The next line, or undefined at the end. What follows the last newline is not a line: the file was cut off. */
  async next(): Promise<Buffer | undefined> {
    let from = 0
    for (;;) {
      const at = this.#rest.indexOf(10, from)
      if (at !== -1) {
        const line = this.#rest.subarray(0, at + 1)
        this.#rest = this.#rest.subarray(at + 1)
        return line
      }
      from = this.#rest.length
      const { done, value } = await this.#chunks.next()
      if (done) return undefined
      this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value])
    }
  }
}
