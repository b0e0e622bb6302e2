import { env } from '#lib/core/env.ts'
import { markInternal } from '#lib/core/input/client-address.ts'
import { processSlot } from '#lib/core/process-slot.ts'

const dispatcher = processSlot<(request: Request) => Promise<Response>>('dispatcher')

/** Calls this process's own Web API from inside, as payments do. `off` if the process serves none. */
export async function reachOwnWebApi(patienceMs: number): Promise<'ok' | 'failed' | 'off'> {
  const dispatch = dispatcher.get()
  if (!dispatch) return 'off'
  const base = env().LATCHKEY_API_ORIGIN ?? 'http://localhost'
  try {
    const signal = AbortSignal.timeout(patienceMs)
    const late = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    })
    const request = new Request(`${base.replace(/\/+$/, '')}/v3/status`, { signal })
    return (await Promise.race([dispatch(markInternal(request)), late])).ok ? 'ok' : 'failed'
  } catch {
    return 'failed'
  }
}
