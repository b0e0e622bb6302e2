import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EnvError, overrideEnv, parseEnv } from '#lib/core/env.ts'
import { sendOverSmtp } from '#lib/mail/transport.ts'
import { type SmtpServer, startSmtpServer } from '#tests/helpers/smtp-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'f-08-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const KEY = 'k'.repeat(32)
const parse = (values: Record<string, string | undefined>) =>
  parseEnv({ DATA_DIR: folder, SECRET_KEY: KEY, ...values })

describe('a value that cannot be meant stops the start with a sentence that names it', () => {
  test.each([
    ['MAIL_FROM', 'Vendor, Inc. <a@b.example>'],
    ['MAIL_FROM', 'a@b.example, c@d.example'],
    ['MAIL_FROM', 'Vendor'],
    ['MAIL_FROM', 'Vendor <>'],
    ['MAIL_FROM', 'Vendor <licenses>'],
    ['MAIL_FROM', 'Vendor <a@b>'],
    ['MAIL_FROM', 'Sales: a@b.example;'],
    ['MAIL_FROM', 'a@b.example <c@d.example>'],
    ['MAIL_FROM', 'Vendor <a@b.example>\r\nBcc: x@y.example'],
    ['MAIL_FROM', '"a@b.example"'],
    ['PUBLIC_URL', 'licenses.example.com'],
    ['PUBLIC_URL', 'shop:x'],
    ['PUBLIC_URL', 'ftp://licenses.example.com'],
    ['PUBLIC_URL', 'https://'],
    ['PUBLIC_URL', 'https://user:hidden-word@licenses.example.com'],
    ['PUBLIC_URL', 'https://licenses.example.com/portal'],
    ['PUBLIC_URL', 'https://licenses.example.com/?a=b'],
    ['PUBLIC_URL', 'https://licenses.example.com/#top'],
    ['PUBLIC_URL', 'http://0.0.0.0:3000'],
    ['PUBLIC_URL', 'http://::1:3000'],
    ['PUBLIC_URL', '"https://licenses.example.com"'],
    ['HOST', 'http://127.0.0.1'],
    ['HOST', '127.0.0.1:3000'],
    ['HOST', '[::1]:3000'],
    ['HOST', 'fe80::1%eth0'],
    ['HOST', '127.0.0.300'],
    ['HOST', '*'],
    ['HOST', 'my host'],
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '3000x'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '200'],
    ['API_RATE_LIMIT', '1e3'],
    ['SMTP_URL', 'smtp.example.com'],
    ['SMTP_URL', 'smtp.example.com:587'],
    ['SMTP_URL', 'https://smtp.example.com'],
    ['SMTP_URL', 'smtp://'],
    ['SMTP_URL', 'smtp://us/er:hidden-word@smtp.example.com'],
    ['SMTP_URL', 'smtp://user:hidden-word%@smtp.example.com'],
    ['SMTP_URL', 'smtp://user:hidden#word@smtp.example.com'],
    ['SMTP_URL', 'smtp://2001:db8::1:587'],
    ['SECRET_KEY', `"${KEY}"`],
    ['SECRET_KEY', `${KEY},`],
    ['SECRET_KEY', `${KEY},,${'l'.repeat(32)}`],
    ['SECRET_KEY', `${KEY},${KEY}`],
    ['SECRET_KEY', `${KEY},"${'l'.repeat(32)}"`],
    ['LICENSING_API_URL', 'licensing.example.com'],
    ['LICENSING_API_URL', 'https://licensing.example.com/v3'],
    ['LICENSING_API_URL', 'https://licensing.example.com?x=1'],
    ['LICENSING_ACCESS_TOKEN', 'Bearer lk_pat_1'],
    ['STRIPE_SECRET_KEY', 'pk_live_1'],
    ['STRIPE_SECRET_KEY', 'whsec_1'],
    ['STRIPE_SECRET_KEY', "'sk_test_1'"],
    ['STRIPE_WEBHOOK_SECRET', 'we_1'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_1,'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_1,whsec_1'],
    ['STRIPE_API_BASE', 'http://127.0.0.1:1/v1'],
    ['METRICS_TOKEN', 'two words'],
    ['METRICS_TOKEN', 'schlüssel'],
    ['TEST_TOOLS', 'yes'],
    ['FAST_PATH', 'yes'],
    ['TUNING', 'ON'],
    ['WORKER', 'OFF'],
    ['LOG_LEVEL', 'verbose'],
    ['BILLING_MODE', 'live'],
  ])('F-08: %s=%s', (name, value) => {
    const refuse = () => parse({ [name]: value })
    expect(refuse).toThrow(EnvError)
    expect(refuse).toThrow(new RegExp(`^${name} is not usable: `))
    // A password is not repeated by the sentence that refuses it.
    expect(refuse).not.toThrow(/hidden/)
  })

  test('F-08: DATA_DIR that is a file, or that may not be written, is named', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect(() => parseEnv({ DATA_DIR: file })).toThrow(/^DATA_DIR .*file is not usable/)
    const closed = mkdtempSync(join(folder, 'closed-'))
    chmodSync(closed, 0o500)
    // Root may write everywhere.
    if (process.getuid?.() !== 0)
      expect(() => parseEnv({ DATA_DIR: closed })).toThrow(/^DATA_DIR .* is not usable/)
    const emptied = mkdtempSync(join(folder, 'emptied-'))
    writeFileSync(join(emptied, 'secret-key'), '\n')
    expect(() => parseEnv({ DATA_DIR: emptied })).toThrow(/^DATA_DIR .* its file secret-key/)
  })
})

describe('a value that is understood means what it says', () => {
  test.each([
    [
      'MAIL_FROM',
      'Example Inc <licenses@example.com>',
      { name: 'Example Inc', address: 'licenses@example.com' },
    ],
    ['MAIL_FROM', '"Vendor, Inc." <a@b.example>', { name: 'Vendor, Inc.', address: 'a@b.example' }],
    ['MAIL_FROM', 'a@b.example', { name: '', address: 'a@b.example' }],
    [
      'MAIL_FROM',
      'Käse & Söhne <verkauf@käse.example>',
      { name: 'Käse & Söhne', address: 'verkauf@käse.example' },
    ],
    ['MAIL_FROM', undefined, { name: 'Latchkey', address: 'licenses@localhost' }],
    ['PUBLIC_URL', 'https://Licenses.Example.com:443/', 'https://licenses.example.com'],
    ['PUBLIC_URL', 'http://[0:0:0:0:0:0:0:1]:3000', 'http://[::1]:3000'],
    ['HOST', '[::1]', '::1'],
    ['HOST', ' localhost ', 'localhost'],
    [
      'LICENSING_API_URL',
      'https://licensing.example.com/latchkey/',
      'https://licensing.example.com/latchkey',
    ],
    [
      'SMTP_URL',
      'smtps://user:pass%40word@smtp.example.com:465/',
      'smtps://user:pass%40word@smtp.example.com:465/',
    ],
    ['SMTP_URL', 'smtp://[2001:db8::1]:587', 'smtp://[2001:db8::1]:587'],
    ['SECRET_KEY', ` ${KEY} , ${'l'.repeat(32)} `, [KEY, 'l'.repeat(32)]],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_a, whsec_b', ['whsec_a', 'whsec_b']],
    ['STRIPE_SECRET_KEY', 'rk_test_1', 'rk_test_1'],
    ['TRUST_PROXY', '2', 2],
    ['PORT', '65535', 65_535],
  ])('F-08: %s=%s', (name, value, meaning) => {
    expect(parse({ [name]: value })).toMatchObject({ [name]: meaning })
  })
})

describe('what is accepted is used as it was meant', () => {
  let smtp: SmtpServer
  beforeAll(async () => {
    smtp = await startSmtpServer()
  })
  afterAll(async () => {
    overrideEnv({ MAIL_FROM: undefined, SMTP_URL: undefined })
    await smtp.close()
  })

  test('F-08: the From of a mail is the one name and the one address of MAIL_FROM, whatever its name holds', async () => {
    const name = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom(
        'Vendor, Inc.',
        'A; B',
        'Acme (Europe)',
        'O’Neill "Tools"',
        'x <y> z',
        'Größe',
        '𠮷野家𠮷野家𠮷野家𠮷野家',
        'a:b',
        '\\',
      ),
    )
    const written = fc
      .tuple(name, fc.boolean())
      .map(
        ([text, isQuoted]) =>
          `${isQuoted ? `"${text.replace(/["\\]/g, '\\$&')}"` : text} <licenses@vendor.example>`,
      )
    await fc.assert(
      fc.asyncProperty(written, async (MAIL_FROM) => {
        let parsed: { name: string; address: string }
        try {
          parsed = parse({ MAIL_FROM }).MAIL_FROM
        } catch (error) {
          expect(error).toBeInstanceOf(EnvError)
          return
        }
        overrideEnv({ DATA_DIR: folder, SECRET_KEY: KEY, MAIL_FROM, SMTP_URL: smtp.url })
        await sendOverSmtp('id', 'to@customer.example', { subject: 's', text: 't', html: '<p>t</p>' })
        const source = smtp.received.pop()?.source ?? ''
        const [, from = ''] = /^From: ((?:.*)(?:\n[ \t].*)*)/m.exec(source) ?? []
        const header = decodeWords(from.replace(/\n[ \t]/g, ' '))
        expect(header.endsWith(parsed.name ? `<${parsed.address}>` : parsed.address)).toBe(true)
        expect(header.match(/@/g)).toHaveLength(1)
        const shown = parsed.name ? header.slice(0, header.lastIndexOf('<')).trim() : ''
        const plain = shown.startsWith('"') ? shown.slice(1, -1).replace(/\\(.)/g, '$1') : shown
        expect(plain.replace(/\s+/g, ' ')).toBe(parsed.name.replace(/\s+/g, ' ').trim())
      }),
      { numRuns: 60 },
    )
  })

  /** Header words in other scripts, as RFC 2047 writes them. */
  function decodeWords(text: string): string {
    return text
      .replace(/\?=\s+=\?/g, '?==?')
      .replace(/(?:=\?UTF-8\?Q\?[^?]*\?=)+/gi, (words) => {
        const bytes = words.replace(/=\?UTF-8\?Q\?|\?=/gi, '').replaceAll('_', ' ')
        return decodeURIComponent(bytes.replaceAll('%', '%25').replace(/=([0-9A-F]{2})/g, '%$1'))
      })
      .replace(/(?:=\?UTF-8\?B\?[^?]*\?=)+/gi, (words) =>
        Buffer.concat(
          (words.match(/\?B\?[^?]*/gi) ?? []).map((word) => Buffer.from(word.slice(3), 'base64')),
        ).toString(),
      )
  }
})

test('F-08: every name of .env.example is one that is parsed', () => {
  const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8')
  const names = [...read('.env.example').matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name)
  const parsed = [...read('lib/core/env.ts').matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(15)
  expect(names.filter((name) => !parsed.includes(name))).toEqual([])
})
