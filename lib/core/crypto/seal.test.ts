import { afterEach, describe, expect, test } from 'vitest'
import { env, overrideEnv } from '../env.ts'
import { lookUpHash, lookUpHashes } from './keyring.ts'
import { open, seal } from './seal.ts'

const OLD = 'an-old-secret-of-more-than-32-characters'
const NEW = 'a-new-secret-of-more-than-32-characters!'
const original = env().SECRET_KEY.join(',')
afterEach(() => overrideEnv({ SECRET_KEY: original }))

describe('a sealed value', () => {
  test('opens again, and two seals of one text differ', () => {
    expect(open('mail', seal('mail', 'zażółć 🗝', 'row-1'), 'row-1')).toBe('zażółć 🗝')
    expect(seal('mail', 'same', 'row-1')).not.toBe(seal('mail', 'same', 'row-1'))
  })
  test('does not open on another row, for another purpose, or altered', () => {
    const sealed = seal('mail', 'secret', 'row-1')
    expect(() => open('mail', sealed, 'row-2')).toThrow()
    expect(() => open('license-key', sealed, 'row-1')).toThrow()
    const middle = sealed.length - 5
    const flipped = sealed.slice(0, middle) + (sealed[middle] === 'A' ? 'B' : 'A') + sealed.slice(middle + 1)
    expect(() => open('mail', flipped, 'row-1')).toThrow()
  })
  test('opens while the secret is rotated, and not once its key is gone', () => {
    overrideEnv({ SECRET_KEY: OLD })
    const sealed = seal('mail', 'kept', 'row-1')
    const hash = lookUpHash('license-key-look-up', 'KEY')
    overrideEnv({ SECRET_KEY: `${NEW},${OLD}` })
    expect(open('mail', sealed, 'row-1')).toBe('kept')
    expect(lookUpHashes('license-key-look-up', 'KEY')).toContain(hash)
    overrideEnv({ SECRET_KEY: NEW })
    expect(() => open('mail', sealed, 'row-1')).toThrow('is SECRET_KEY complete?')
  })
})
