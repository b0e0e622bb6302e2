import { describe, expect, test } from 'vitest'
import { renderHtml } from './liquid.ts'

const at = { at: '2027-01-31T12:00:00.000Z' }

describe('a template cannot hold up or fill the process', () => {
  test.each([
    ['a long date pattern', `{% assign p = "${'MMM '.repeat(20_000)}" %}{{ at | format_date: p }}`],
    ['many dates', '{% for i in (1..900000) %}{{ at | format_date: "MMM MMM MMM MMM" }}{% endfor %}'],
    ['padding', '{{ at | date: "%500000000d" }}'],
    ['loops in loops', '{% for a in (1..900000) %}{% for b in (1..900000) %}.{% endfor %}{% endfor %}'],
    [
      'text that doubles',
      '{% assign a = "ab" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}',
    ],
  ])('%s', (_what, template) => {
    expect(() => renderHtml(template, at)).toThrow(
      /pattern is longer|limit exceeded|a range has at most 1000 entries/,
    )
  })

  test('patterns that people write are taken', () => {
    expect(renderHtml('{{ at | format_date: "dd. MMMM yyyy, HH:mm" }}', at)).toBe('31. January 2027, 12:00')
  })
})
