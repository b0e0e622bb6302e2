import { create } from 'qrcode'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { FormStateContext } from '#app/_ui/form-state.ts'
import { offlineAnswer } from '#app/_ui/offline-answer.ts'
import { OfflineResponse } from '#app/_ui/offline-response.tsx'

const LICENSE = '0190b8a2-0000-7000-8000-00000000000b'
const response = { offlineResponse: 'long.'.repeat(400), shortResponse: 'short.'.repeat(180) }

const render = (data: unknown) =>
  renderToStaticMarkup(
    createElement(
      FormStateContext,
      { value: { ok: true, data } },
      createElement(OfflineResponse, null, 'the form'),
    ),
  )

test('a response is shown as file, text and picture, with nothing that a strict policy would block', () => {
  const html = render(offlineAnswer(response, LICENSE))
  expect(html).toContain('download="offline-response-00000000000b.txt"')
  expect(html).toContain(
    `href="data:text/plain;charset=utf-8,${encodeURIComponent(response.offlineResponse)}`,
  )
  expect(html).toContain(`>${response.shortResponse}</textarea>`)
  expect(html).toContain('<svg role="img" aria-label="The same text as a QR code"')
  expect(html).not.toMatch(/style=|<script|<img/)
})

test('the picture is the code of the short response, module by module', () => {
  const { qrCode } = offlineAnswer(response, LICENSE)
  const { modules } = create(response.shortResponse, { errorCorrectionLevel: 'L' })
  const drawn = Array.from({ length: modules.size }, () => Array<boolean>(modules.size).fill(false))
  for (const [, x = '', y = '', width = ''] of qrCode?.path.matchAll(/M(\d+) (\d+)h(\d+)v1H\1z/g) ?? []) {
    drawn[Number(y)]?.fill(true, Number(x), Number(x) + Number(width))
  }
  const expected = drawn.map((row, y) => row.map((_, x) => modules.get(y, x) === 1))
  expect(drawn).toEqual(expected)
})

test('a response too long for a camera has no picture, and before there is one the form is shown', () => {
  const long = { ...response, shortResponse: 'x'.repeat(2_001) }
  expect(render(offlineAnswer(long, LICENSE))).not.toContain('<svg')
  expect(render(undefined)).toBe('the form')
})
