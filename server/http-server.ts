import { createServer, type RequestListener, type Server } from 'node:http'

/** Connections at once. Each costs some 20 kB even while it says nothing. */
const CONNECTIONS_LIMIT = 4096
/** How long headers, and a whole request with its body, may take to come (milliseconds). */
const HEADERS_MS = 15_000
const REQUEST_MS = 60_000
/** How often both are looked at. */
const CHECK_MS = 5000
/** A connection on which nothing moves for so long is closed, whatever it waits for. */
const SILENCE_MS = 120_000

/** An HTTP server on which nobody can hold a connection, or what it costs, for longer than a request needs. */
export function createBoundedServer(listener: RequestListener): Server {
  const server = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: CHECK_MS },
    listener,
  )
  server.maxConnections = CONNECTIONS_LIMIT
  server.timeout = SILENCE_MS
  return server
}
