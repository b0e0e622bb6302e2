import { join } from 'node:path'
import { expect, it, vi } from 'vitest'

interface Queue {
  readonly length: number
  push(item: object): object
  shift(): object
  remove(item: object): object | null
}

/** The driver's own, which its package does not offer to others. */
async function driverQueue(folder: string): Promise<Queue> {
  const path = join(import.meta.dirname, '..', 'node_modules', 'postgres', folder, 'queue.js')
  const { default: makeQueue }: { default: (items: object[]) => Queue } = await import(path)
  return makeQueue([])
}

it.each(['src', 'cjs/src'])(
  'the driver (%s) forgets what has left a queue that is never empty: a free connection costs as much after a million queries',
  async (folder) => {
    const queue = await driverQueue(folder)
    const connections = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]
    for (const connection of connections) queue.push(connection)
    for (let query = 0; query < 10_000; query += 1) queue.push(queue.shift())
    expect(queue.length).toBe(3)

    const search = vi.spyOn(Array.prototype, 'indexOf')
    const removed = queue.remove({ name: 'none of them' })
    const searched = search.mock.contexts.map((list) => (Array.isArray(list) ? list.length : 0))
    search.mockRestore()
    expect(removed).toBeNull()
    expect(searched).toEqual([expect.any(Number)])
    expect(searched[0]).toBeLessThan(200)
  },
)

it.each(['src', 'cjs/src'])(
  'the driver (%s) keeps the order of a queue, and takes out what is asked for',
  async (folder) => {
    const queue = await driverQueue(folder)
    const items = Array.from({ length: 300 }, (_, n) => ({ n }))
    for (const item of items) queue.push(item)
    const taken = Array.from({ length: 170 }, () => queue.shift())
    expect(taken).toEqual(items.slice(0, 170))
    expect(queue.remove(items[100] ?? {})).toBeNull()
    expect(queue.remove(items[200] ?? {})).toBe(items[200])
    const rest = Array.from({ length: queue.length }, () => queue.shift())
    expect(rest).toEqual([...items.slice(170, 200), ...items.slice(201)])
    expect(queue.length).toBe(0)
  },
)
