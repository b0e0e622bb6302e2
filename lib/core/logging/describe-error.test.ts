import { DrizzleQueryError } from 'drizzle-orm/errors'
import { expect, test } from 'vitest'
import { describeError } from './describe-error.ts'

test('a failed query’s parameters and the values that the database quotes stay out of the log', () => {
  const cause = Object.assign(new Error('duplicate key value violates unique constraint'), {
    code: '23505',
    detail: 'Key (email)=(ada@example.com) already exists.',
  })
  const error = new DrizzleQueryError(
    'insert into "users" values ($1)',
    ['ada@example.com', 'multi\nline'],
    cause,
  )
  const text = JSON.stringify(describeError(error))
  expect(text).toContain('insert into')
  expect(text).toContain('23505')
  expect(text).toContain('describe-error.test.ts')
  expect(text).not.toContain('ada@example.com')
  expect(text).not.toContain('multi')
})

test('causes in a circle come to an end', () => {
  const error = new Error('round')
  error.cause = error
  expect(JSON.stringify(describeError(error)).length).toBeLessThan(20_000)
})
