import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { queryNamesOf } from '#lib/core/input/list-query.ts'
import { startVendorApi, type VendorApi } from '#tests/helpers/vendor-api.ts'

const MARK = [0xef, 0xbb, 0xbf]

let api: VendorApi
let exports: string[]

beforeAll(async () => {
  api = await startVendorApi()
  exports = api.routes.filter(({ contract }) => contract.csv).map(({ path }) => path)
  await api.make('/v3/users', {
    firstName: 'Renée',
    lastName: 'Éclair',
    email: 'renee@example.com',
    password: 'correct horse battery staple',
  })
})
afterAll(() => api.close())

async function download(path: string, query = '') {
  const headers = { authorization: `Bearer ${api.token}`, 'x-forwarded-for': '198.51.100.7' }
  const answer = await fetch(`${api.origin}${path}?${query}`, { headers })
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) }
}

describe('F-15: an export begins with a byte order mark where it is asked for', () => {
  test.each(['true', '1', 'TRUE'])(
    'on every export (bom=%s), once, before the very file that comes without',
    async (bom) => {
      expect(exports.length).toBeGreaterThanOrEqual(5)
      for (const path of exports) {
        const [plain, marked] = [await download(path), await download(path, `bom=${bom}`)]
        expect([path, plain.status, marked.status]).toEqual([path, 200, 200])
        expect([...marked.bytes.subarray(0, 3)]).toEqual(MARK)
        expect(marked.bytes.subarray(3).equals(plain.bytes)).toBe(true)
      }
    },
  )

  test.each(['', 'bom=false', 'bom=0', 'bom='])('and not for “%s”', async (query) => {
    for (const path of exports) {
      const { status, bytes } = await download(path, query)
      expect([path, status, bytes.indexOf(Buffer.from(MARK))]).toEqual([path, 200, -1])
    }
  })

  test('so that Excel reads é as é: the bytes are UTF-8', async () => {
    const { bytes } = await download('/v3/users/export', 'bom=true')
    expect(bytes.toString('utf8')).toContain('Renée')
  })

  test('anything else is refused by name, and on lists it is no parameter', async () => {
    for (const path of exports) {
      const answer = await api.call(`${path}?bom=perhaps`, { token: api.token })
      expect(answer).toMatchObject({ status: 400, body: { fields: { bom: expect.any(String) } } })
    }
    for (const { path, contract } of api.routes.filter(({ contract }) => contract.query)) {
      const names = contract.query && queryNamesOf(contract.query)
      if (names) expect([path, names.exported]).toEqual([path, contract.csv !== undefined])
    }
  })
})
