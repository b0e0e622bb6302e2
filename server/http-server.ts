import { createServer, type RequestListener, type Server } from 'node:http'

/** Connections at once. Each costs some 20 kB even while it says nothing. */
const CONNECTIONS_LIMIT = 4096
/** How long the headers, and the whole request with its body, may take (milliseconds). */
const HEADERS_MS = 15_000
const REQUEST_MS = 60_000
/** How often both limits are checked. */
const CHECK_MS = 5000
/** A connection without traffic for so long is closed, whatever it waits for. */
const SILENCE_MS = 120_000

/** An HTTP server with limits on connections, idle time and request time, so that nobody can hold its resources. */
export function createBoundedServer(listener: RequestListener): Server {
  const server = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: CHECK_MS },
    listener,
  )
  server.maxConnections = CONNECTIONS_LIMIT
  server.timeout = SILENCE_MS
  return server
}
