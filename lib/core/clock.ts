import { processSlot } from './process-slot.ts'

/** Domain code reads the time here. Test mode can move it; otherwise it is real time. */
export interface Clock {
  now(): Date
}

const offset = processSlot<number>('clock-offset-ms')

/** Real time plus this installation's offset (milliseconds), which is zero outside test mode. */
export const clock: Clock = {
  now: () => new Date(Date.now() + (offset.get() ?? 0)),
}

/** Moves this process's clock. The row `test_clock` is what other processes read it from. */
export function setClockOffset(milliseconds: number): void {
  offset.set(milliseconds)
}

/** The present offset in milliseconds. */
export function clockOffset(): number {
  return offset.get() ?? 0
}
