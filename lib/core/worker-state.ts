import { processSlot } from './process-slot.ts'

/** Whether this process's job worker runs: `off` where another process works. Read by the readiness check. */
export const workerState = processSlot<'running' | 'stopped' | 'off'>('worker-state')
