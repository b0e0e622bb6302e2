import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { callApi } from '../support/api.ts'
import { expect, test } from '../support/test.ts'

/** Resident memory of a process, bytes. */
function memoryOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
}

test('F-51: a thousand unfinished posts hold neither memory nor service', async ({
  startOwn,
  openBrowser,
}) => {
  const own = await startOwn()
  const page = await openBrowser({ baseURL: own.url })
  await page.goto('/login')
  const before = memoryOf(own.pid)
  const sockets: Socket[] = []
  for (let at = 0; at < 1000; at += 1) {
    const socket = connect(own.port, '127.0.0.1')
    socket.on('error', () => undefined)
    const address = `198.51.${Math.floor(at / 200)}.${at % 200}`
    const head = `POST / HTTP/1.1\r\nHost: ${new URL(own.url).host}\r\nX-Forwarded-For: ${address}\r\n`
    const begun = new Promise((resolve) => socket.once('connect', resolve))
    socket.write(`${head}Content-Type: text/plain\r\nContent-Length: 250000\r\n\r\n${'x'.repeat(1000)}`)
    await begun
    sockets.push(socket)
  }
  try {
    expect((await callApi(own.url, 'GET', '/api/readyz')).status).toBe(200)
    await page.getByLabel('Email').fill('nobody@customer.test')
    await page.getByLabel('Password').fill('plum sofa orbit ninety')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('alert').first()).toBeVisible()
    expect(memoryOf(own.pid) - before, 'memory').toBeLessThan(200 * 1024 * 1024)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
})

test('F-51: the clock of test mode moves for who reads the data folder, and for no web page', async ({
  startOwn,
}) => {
  const own = await startOwn()
  const body = { advance: 60 }
  const page = await callApi(own.url, 'POST', '/_test/clock', {
    body: JSON.stringify(body),
    headers: { 'content-type': 'text/plain', origin: 'https://evil.example' },
  })
  expect(page.status).toBe(403)
  expect((await callApi(own.url, 'POST', '/_test/clock', { body })).status).toBe(401)
  const secret = readFileSync(`${own.dataDir}/test-tools-secret`, 'utf8').trim()
  const headers = { 'x-latchkey-test-secret': secret }
  expect((await callApi(own.url, 'POST', '/_test/clock', { body, headers })).status).toBe(200)
})
