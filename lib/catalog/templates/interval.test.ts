import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addInterval,
  intervalOfSeconds,
  intervalSeconds,
  nextPeriodEnd,
  normalizeInterval,
} from './interval.ts'

const at = (text: string) => new Date(text)

describe('adding an interval', () => {
  test.each([
    ['2024-01-31T10:00:00Z', 'P1M', '2024-02-29T10:00:00Z'],
    ['2023-01-31T10:00:00Z', 'P1M', '2023-02-28T10:00:00Z'],
    ['2024-02-29T00:00:00Z', 'P1Y', '2025-02-28T00:00:00Z'],
    ['2024-08-31T00:00:00Z', 'P6M', '2025-02-28T00:00:00Z'],
    ['2024-12-31T23:59:59.999Z', 'P1D', '2025-01-01T23:59:59.999Z'],
    ['2024-03-30T12:00:00Z', 'P1W', '2024-04-06T12:00:00Z'],
    // Where clocks change in Europe and America a UTC day still has 24 hours.
    ['2024-03-30T23:30:00Z', 'P1D', '2024-03-31T23:30:00Z'],
    ['2024-11-02T12:00:00Z', 'P1D', '2024-11-03T12:00:00Z'],
    ['2024-01-01T00:00:00Z', 'P1Y2M3DT4H5M6S', '2025-03-04T04:05:06Z'],
    ['2024-01-01T00:00:00Z', 'PT86400S', '2024-01-02T00:00:00Z'],
  ])('%s plus %s is %s', (from, interval, to) => {
    expect(addInterval(at(from), interval)).toEqual(at(to))
  })

  test('licensing §6: no date beyond the year 9999', () => {
    expect(() => addInterval(at('9999-06-01T00:00:00Z'), 'P1Y')).toThrow(/9999/)
  })

  const anyDate = fc.date({ min: at('0001-01-01'), max: at('9999-12-31'), noInvalidDate: true })
  const modern = fc.date({ min: at('1970-01-01'), max: at('2100-01-01'), noInvalidDate: true })

  test('months lead to the same day and time of day, or to the last day of a shorter month', () => {
    fc.assert(
      fc.property(modern, fc.integer({ min: 1, max: 600 }), (date, months) => {
        const end = addInterval(date, `P${months}M`)
        const month = date.getUTCMonth() + months
        const lastDay = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate()
        expect(end.getUTCMonth()).toBe(month % 12)
        expect(end.getUTCFullYear()).toBe(date.getUTCFullYear() + Math.floor(month / 12))
        expect(end.getUTCDate()).toBe(Math.min(date.getUTCDate(), lastDay))
        expect(end.getTime() % 86_400_000).toBe(date.getTime() % 86_400_000)
      }),
    )
  })

  test('intervals of fixed length may be added in any order, or at once', () => {
    const part = fc.record({
      unit: fc.constantFrom('D', 'W', 'H', 'S'),
      count: fc.integer({ min: 1, max: 5_000 }),
    })
    const written = ({ unit, count }: { unit: string; count: number }) =>
      unit === 'D' || unit === 'W' ? `P${count}${unit}` : `PT${count}${unit}`
    const seconds: Record<string, number> = { D: 86_400, W: 604_800, H: 3_600, S: 1 }
    fc.assert(
      fc.property(modern, part, part, (date, a, b) => {
        const oneWay = addInterval(addInterval(date, written(a)), written(b))
        expect(oneWay).toEqual(addInterval(addInterval(date, written(b)), written(a)))
        const total = [a, b].reduce((sum, { unit, count }) => sum + count * (seconds[unit] ?? 0), 0)
        expect(oneWay).toEqual(addInterval(date, `PT${total}S`))
        expect(oneWay.getTime() - date.getTime()).toBe(total * 1000)
      }),
    )
  })

  test('a year is twelve months, and a week is seven days', () => {
    fc.assert(
      fc.property(modern, fc.integer({ min: 1, max: 90 }), (date, count) => {
        expect(addInterval(date, `P${count}Y`)).toEqual(addInterval(date, `P${count * 12}M`))
        expect(addInterval(date, `P${count}W`)).toEqual(addInterval(date, `P${count * 7}D`))
      }),
    )
  })

  test('licensing §6: from no date and by no interval that is taken does it lead beyond the year 9999', () => {
    const interval = fc
      .record({ y: fc.nat(90), m: fc.nat(90), d: fc.nat(900), s: fc.nat(1_000_000) })
      .map(({ y, m, d, s }) => `P${y}Y${m}M${d}DT${s + 1}S`)
    fc.assert(
      fc.property(anyDate, interval, (date, text) => {
        expect(normalizeInterval(text)).toBeDefined()
        let end: Date
        try {
          end = addInterval(date, text, 'someField')
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: { someField: expect.any(String) } })
          expect(date.getUTCFullYear()).toBeGreaterThan(9_800)
          return
        }
        expect(end.getTime()).toBeGreaterThan(date.getTime())
        expect(end.getUTCFullYear()).toBeLessThanOrEqual(9999)
      }),
    )
  })

  test('always leads forward', () => {
    const dates = fc.date({ min: at('1970-01-01'), max: at('2100-01-01'), noInvalidDate: true })
    const parts = fc.record({ y: fc.nat(20), m: fc.nat(24), d: fc.nat(400) })
    fc.assert(
      fc.property(dates, parts, (date, { y, m, d }) => {
        const interval = `P${y}Y${m}M${d + 1}D`
        expect(addInterval(date, interval).getTime()).toBeGreaterThan(date.getTime())
      }),
    )
  })
})

describe('the end of the next period', () => {
  test('keeps the day that the license began on through shorter months', () => {
    const anchor = at('2024-01-31T08:00:00Z')
    let end = addInterval(anchor, 'P1M')
    const ends = [end]
    for (let n = 0; n < 4; n += 1) {
      end = nextPeriodEnd(end, 'P1M', anchor)
      ends.push(end)
    }
    expect(ends.map((date) => date.toISOString().slice(0, 10))).toEqual([
      '2024-02-29',
      '2024-03-31',
      '2024-04-30',
      '2024-05-31',
      '2024-06-30',
    ])
  })

  test('counts from the end where that lies on no period of the anchor', () => {
    expect(nextPeriodEnd(at('2024-02-10T00:00:00Z'), 'P1M', at('2024-01-31T00:00:00Z'))).toEqual(
      at('2024-03-10T00:00:00Z'),
    )
    expect(nextPeriodEnd(at('2023-02-10T00:00:00Z'), 'P1M', at('2024-01-31T00:00:00Z'))).toEqual(
      at('2023-03-10T00:00:00Z'),
    )
  })

  test('any number of renewals ends where that number of intervals from the anchor does', () => {
    const dates = fc.date({ min: at('1990-01-01'), max: at('2030-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(
        dates,
        fc.constantFrom('P1M', 'P3M', 'P1Y', 'P1W', 'P30D'),
        fc.integer({ min: 2, max: 40 }),
        (anchor, interval, times) => {
          let end = addInterval(anchor, interval)
          for (let n = 1; n < times; n += 1) end = nextPeriodEnd(end, interval, anchor)
          const [, count = '', unit = ''] = /^P(\d+)(\w)$/.exec(interval) ?? []
          expect(end).toEqual(addInterval(anchor, `P${Number(count) * times}${unit}`))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('intervals in requests', () => {
  test.each([
    ['', ''],
    [' ', ''],
    ['P1Y', 'P1Y'],
    ['p12m', 'P12M'],
    ['P100Y', 'P100Y'],
    ['PT3600S', 'PT3600S'],
  ])('"%s" is kept as "%s"', (text, kept) => {
    expect(normalizeInterval(text)).toBe(kept)
  })

  test.each([
    '1 year',
    'P',
    'PT',
    'P0D',
    '-P1Y',
    'P101Y',
    'P1.5Y',
    'PT0.5S',
    'PT1.25S',
    'P1YT0.001S',
    'P1Y1',
    `P${'9'.repeat(50)}Y`,
    'P9007199254740993D',
  ])('"%s" is none', (text) => {
    expect(normalizeInterval(text)).toBeUndefined()
  })

  test('what is kept is kept again as it is', () => {
    const texts = fc.stringMatching(/^P(\d{1,3}Y)?(\d{1,3}M)?(\d{1,3}W)?(\d{1,3}D)?(T\d{1,5}H)?$/)
    fc.assert(
      fc.property(texts, (text) => {
        const kept = normalizeInterval(text)
        if (kept !== undefined) expect(normalizeInterval(kept)).toBe(kept)
      }),
    )
  })

  test("the old API's seconds and the interval they are kept as say the same", () => {
    expect(intervalOfSeconds(0)).toBe('')
    expect(intervalSeconds('')).toBe(0)
    expect(intervalSeconds(intervalOfSeconds(2_592_000))).toBe(2_592_000)
    expect(intervalSeconds('P1Y')).toBe(31_536_000)
    expect(intervalSeconds('P1M')).toBe(2_592_000)
  })
})
