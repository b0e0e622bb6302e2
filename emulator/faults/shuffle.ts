/** A permutation that the seed alone decides (Fisher–Yates over a small linear congruential generator). */
export function shuffle<T>(items: readonly T[], seed: number): T[] {
  const result = [...items]
  let state = (seed >>> 0) + 0x9e3779b9
  for (let last = result.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const other = Math.floor((state / 2 ** 32) * (last + 1))
    const a = result[last]
    const b = result[other]
    if (a === undefined || b === undefined) continue
    result[last] = b
    result[other] = a
  }
  return result
}
