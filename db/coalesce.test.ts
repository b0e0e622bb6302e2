import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { coalesce } from './coalesce.ts'

/** A look-up that counts what it was asked and answers when told to. */
function countedLookUp() {
  const asked: string[] = []
  const look = coalesce(async (key) => {
    asked.push(key)
    const answer = `${key} ${asked.length}`
    if (key === 'broken') throw new Error('the database is away')
    await nextTurn()
    return answer
  })
  return { asked, look }
}

it('asks once for all who ask for the same in one turn of the event loop', async () => {
  const { asked, look } = countedLookUp()
  const answers = await Promise.all([look('a'), look('b'), look('a'), look('a')])
  expect(answers).toEqual(['a 1', 'b 2', 'a 1', 'a 1'])
  expect(asked).toEqual(['a', 'b'])
})

it('asks anew for whoever comes when the question has been sent, answered or not', async () => {
  const { asked, look } = countedLookUp()
  const first = look('a')
  while (asked.length === 0) await nextTurn()
  const second = look('a')
  expect(await Promise.all([first, second])).toEqual(['a 1', 'a 2'])
  expect(await look('a')).toBe('a 3')
})

it('fails for those alone who asked for what could not be answered, and not for ever', async () => {
  const { asked, look } = countedLookUp()
  const [broken, again, fine] = await Promise.allSettled([look('broken'), look('broken'), look('a')])
  expect(broken).toEqual({ status: 'rejected', reason: new Error('the database is away') })
  expect(again).toEqual(broken)
  expect(fine).toEqual({ status: 'fulfilled', value: 'a 2' })
  await expect(look('broken')).rejects.toThrow('away')
  expect(asked).toEqual(['broken', 'a', 'broken'])
})
