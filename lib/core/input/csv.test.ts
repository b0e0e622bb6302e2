import { describe, expect, test } from 'vitest'
import { csvCell, csvForm, csvLine, csvResponse } from './csv.ts'

describe('a cell is written as RFC 4180 says', () => {
  test.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['he said "no"', '"he said ""no"""'],
    ['two\nlines', '"two\nlines"'],
    [' kept ', '" kept "'],
    ['Zoë, 東京', '"Zoë, 東京"'],
    [-5, '-5'],
    [true, 'true'],
    [null, ''],
    [undefined, ''],
    [['a', 'b'], 'a;b'],
  ])('%j', (value, written) => {
    expect(csvCell(value)).toBe(written)
  })
})

describe('no cell starts a formula (trap: CSV formula injection)', () => {
  test.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1',
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
  ])('%j', (text) => {
    expect(csvCell(text).replace(/^"/, '')).toMatch(/^'/)
    expect(csvCell([text, 'b']).replace(/^"/, '')).toMatch(/^'/)
  })
  test.each([
    ["a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"],
    ['a; "=1', '"a; ""\'=1"'],
    ['a\n+1', '"a\n\'+1"'],
    [['a', '@b'], "a;'@b"],
    [['=a', '=b'], "'=a;'=b"],
  ])('nor where a spreadsheet splits at ";": %j', (value, written) => expect(csvCell(value)).toBe(written))
  test('and what only holds such a character stays as it is', () => {
    expect(csvCell('a=b')).toBe('a=b')
    expect(csvLine(['a-b', 'x@y.z'])).toBe('a-b,x@y.z\r\n')
  })
})

const form = csvForm<number>('numbers', { number: (row) => row, text: (row) => `=${row}` })
const about = { day: '2027-01-31', headers: { 'x-request-id': 'r1' } }

describe('a file', () => {
  test('has its header also when there are no rows, and says what it is', async () => {
    const response = await csvResponse(form, (async function* () {})(), about)
    expect(await response.text()).toBe('number,text\r\n')
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="numbers-2027-01-31.csv"')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
  test('is read no faster than it is taken, and no further once the client has gone', async () => {
    let read = 0
    let ended = false
    async function* endless() {
      try {
        for (;;) yield [read++]
      } finally {
        ended = true
      }
    }
    const reader = (await csvResponse(form, endless(), about)).body?.getReader()
    await reader?.read()
    await reader?.read()
    expect(read).toBeLessThan(5)
    await reader?.cancel()
    expect(ended).toBe(true)
  })
  test('that cannot be started is an error, and one that breaks off is never a short file', async () => {
    const broken = async function* (rows: number[]) {
      for (const row of rows) yield [row]
      throw new Error('the database went away')
    }
    await expect(csvResponse(form, broken([]), about)).rejects.toThrow('went away')
    await expect((await csvResponse(form, broken([1, 2]), about)).text()).rejects.toThrow('went away')
  })
})
