'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Milliseconds between two looks; after a minute it looks less often. */
const SOON_MS = 700
const LATER_MS = 5000
const SOON_FOR_MS = 60_000

interface WatchOrderProps {
  sessionId: string
  /** What the page shows now. */
  state: string
}

/** Polls the order's state and refreshes the page when it changes. A client component because it waits. */
export function WatchOrder({ sessionId, state }: WatchOrderProps) {
  const router = useRouter()
  useEffect(() => {
    const stopped = new AbortController()
    const startedAt = performance.now()
    let timer: ReturnType<typeof setTimeout>
    const look = async () => {
      const now = await stateNow(sessionId, stopped.signal)
      if (stopped.signal.aborted) return
      if (now !== undefined && now !== state) router.refresh()
      timer = setTimeout(look, performance.now() - startedAt < SOON_FOR_MS ? SOON_MS : LATER_MS)
    }
    timer = setTimeout(look, SOON_MS)
    return () => {
      stopped.abort()
      clearTimeout(timer)
    }
  }, [router, sessionId, state])
  return null
}

/** Undefined when there is no answer this time. */
async function stateNow(sessionId: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(`/checkout/status/${encodeURIComponent(sessionId)}`, { signal })
    const body: { state?: unknown } = response.ok ? await response.json() : {}
    return typeof body.state === 'string' ? body.state : undefined
  } catch {
    return undefined
  }
}
