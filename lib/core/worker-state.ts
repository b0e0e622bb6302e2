import { globalSlot } from './process-slot.ts'

/** Whether this process's job worker runs: `off` where another process works. Read by the readiness check. */
export const workerState = globalSlot<'running' | 'stopped' | 'off'>('worker-state')
