import { renderToStaticMarkup } from 'react-dom/server'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeAccount } from '#tests/factories/account.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { callNextRoute } from '#tests/helpers/next-route.ts'

setUpTestDatabase()
beforeAll(async () => {
  await makeAccount()
})

/** The page inside a request, so that cookies and headers are the real ones; loaded late, because it needs what Next sets up. */
async function answerPage(request: Request): Promise<Response> {
  const { default: LoginPage } = await import('../../app/dashboard/(auth)/login/page.tsx')
  const searchParams = Promise.resolve(Object.fromEntries(new URL(request.url).searchParams))
  return new Response(renderToStaticMarkup(await LoginPage({ searchParams })))
}

async function open(query: string) {
  const route = async () => ({ POST: answerPage })
  const answer = await callNextRoute(route, `/dashboard/login${query}`, { method: 'POST' })
  return { status: answer.status, text: await answer.text() }
}

describe('F-61: the operators’ sign-in page', () => {
  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf'])(
    'F-61: /dashboard/login?notice=%s is the page without a notice',
    async (name) => {
      const without = await open('')
      expect(without).toEqual({ status: 200, text: expect.stringContaining('Sign in to the dashboard') })
      expect(await open(`?notice=${name}`)).toEqual(without)
    },
  )

  test('F-61: a known notice is shown', async () => {
    expect((await open('?notice=signed-out')).text).toContain('You are signed out.')
  })
})
