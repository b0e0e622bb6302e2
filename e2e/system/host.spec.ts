import { createServer } from 'node:net'
import { register } from '../support/customer.ts'
import { buy } from '../support/purchase.ts'
import { expect, test } from '../support/test.ts'

/** Whether this machine has an IPv6 loopback at all. */
function hasIpv6(): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(0, '::1', () => probe.close(() => resolve(true)))
  })
}

for (const HOST of ['::1', '0:0:0:0:0:0:0:1', '::', 'localhost']) {
  test(`F-24: with HOST=${HOST} a purchase becomes a license`, async ({ startOwn, openBrowser }) => {
    test.skip(HOST.includes(':') && !(await hasIpv6()), 'this machine has no IPv6')
    const own = await startOwn({ environment: { HOST } })
    const page = await openBrowser({ baseURL: own.url })
    await register(page)
    expect(await buy(page)).toMatch(/^\S{16,}$/)
    expect(own.output()).not.toMatch(/"level":(50|60)/)
  })
}
