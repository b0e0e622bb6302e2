import type { IncomingMessage } from 'node:http'
import { addressBlock } from '#lib/access/throttle/rate-limit.ts'

/** Bodies of one client that may be under way at once; the next one ends the oldest. */
const CLIENT_LIMIT = 64
/** The same for everybody together. */
const TOTAL_LIMIT = 1024
/** Bytes of bodies under way that may be held, for everybody together. */
const BYTES_LIMIT = 64 * 1024 * 1024

interface Unfinished {
  client: string
  bytes: number
  end(): void
}

/** A body that is under way. */
export interface Underway {
  /** Reports received bytes that are held. */
  hold(bytes: number): void
  /** Reports that it is complete or no longer wanted. */
  settle(): void
}

/**
 * Bodies that are being received. Ordinary ones arrive at once, so the oldest one is the least likely to be genuine. If there
 * are too many, the oldest is ended, and a new one is always accepted.
 */
export class UnfinishedBodies {
  /** In the order of their beginning. */
  private readonly all = new Set<Unfinished>()
  private readonly perClient = new Map<string, Set<Unfinished>>()
  private bytes = 0

  /** How many there are, and how many bytes they hold. */
  get size(): { bodies: number; bytes: number } {
    return { bodies: this.all.size, bytes: this.bytes }
  }

  /** Adds a body. `end` is called when it must be ended, and must not throw. */
  enter(ip: string | null, end: () => void): Underway {
    const client = addressBlock(ip)
    const entry: Unfinished = { client, bytes: 0, end }
    const own = this.perClient.get(client) ?? new Set()
    this.perClient.set(client, own.add(entry))
    this.all.add(entry)
    if (own.size > CLIENT_LIMIT) this.endOldest(own)
    if (this.all.size > TOTAL_LIMIT) this.endOldest(this.all)
    return {
      hold: (bytes) => {
        if (!this.all.has(entry)) return
        entry.bytes += bytes
        this.bytes += bytes
        while (this.bytes > BYTES_LIMIT && this.all.size > 0) this.endOldest(this.all)
      },
      settle: () => this.leave(entry),
    }
  }

  private endOldest(among: Set<Unfinished>): void {
    const [oldest] = among
    if (!oldest) return
    this.leave(oldest)
    oldest.end()
  }

  private leave(entry: Unfinished): void {
    if (!this.all.delete(entry)) return
    this.bytes -= entry.bytes
    const own = this.perClient.get(entry.client)
    own?.delete(entry)
    if (own?.size === 0) this.perClient.delete(entry.client)
  }
}

/** Those of this process. */
export const unfinishedBodies = new UnfinishedBodies()

/** Whether a request says that it has a body. */
export function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  return encoding !== undefined || (length !== undefined && Number(length) !== 0)
}

/** Tells a sender that its request took too long, and closes the connection. */
export function endLate(request: IncomingMessage): void {
  const { socket } = request
  if (socket.writable)
    socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  socket.destroySoon()
}

/** Ends the connection of a body that is read elsewhere, if there are too many. */
export function watchBody(request: IncomingMessage, ip: string | null): void {
  if (request.complete) return
  const underway = unfinishedBodies.enter(ip, () => endLate(request))
  request.once('end', underway.settle)
  request.once('close', underway.settle)
}
