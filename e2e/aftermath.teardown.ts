import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withDatabase } from './support/database.ts'
import { databaseUrlOf } from './support/product.ts'
import { rememberedSecrets } from './support/run.ts'
import { expect, test } from './support/test.ts'

/** What no dump and no log may hold, besides the very values that the suite has used. */
const FORMS: Record<string, RegExp> = {
  'a personal access token': /lk_pat_[\w-]{20,}/,
  'a user’s access token': /lk_usr_[\w-]{20,}/,
  'a payment provider’s key': /sk_(test|live)_[\w-]{10,}/,
  'a webhook secret': /whsec_[\w-]{10,}/,
  'a card number': /4242 ?4242 ?4242 ?4242|4000 ?0000 ?0000 ?0002/,
  'a license key': /([A-F0-9]{6}-){5}[A-F0-9]{6}/,
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
}

function findIn(haystack: string, where: string): string[] {
  const known = rememberedSecrets().flatMap(({ what, value }) => {
    const disguises = [
      value,
      Buffer.from(value).toString('hex'),
      Buffer.from(value).toString('base64').replace(/=+$/, ''),
    ]
    return disguises.some((disguise) => haystack.includes(disguise)) ? [`${what} in ${where}`] : []
  })
  const shaped = Object.entries(FORMS).flatMap(([what, form]) =>
    form.test(haystack) ? [`${what} in ${where}`] : [],
  )
  return [...known, ...shaped]
}

test('the suite has used secrets of every kind that is looked for', () => {
  const kinds = new Set(rememberedSecrets().map(({ what }) => what))
  expect([...kinds]).toEqual(
    expect.arrayContaining([
      'password',
      'operator password',
      'license key',
      'personal access token',
      'setup token',
      'cookie latchkey.session',
      'cookie latchkey.operator',
      'webhook secret',
    ]),
  )
})

test('a dump of the database holds no password, token, secret, card number or license key in clear', async ({
  run,
}) => {
  await withDatabase(databaseUrlOf(run.dataDir), async (sql) => {
    const tables = await sql<{ schema: string; name: string }[]>`
      select table_schema as schema, table_name as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`
    expect(tables.length).toBeGreaterThan(20)
    const found: string[] = []
    let rows = 0
    for (const { schema, name } of tables) {
      const lines = await sql<{ line: string }[]>`select t::text as line from ${sql(schema)}.${sql(name)} t`
      rows += lines.length
      found.push(...findIn(lines.map(({ line }) => line).join('\n'), `${schema}.${name}`))
    }
    expect(rows, 'the suite has left its traces').toBeGreaterThan(200)
    expect(found).toEqual([])
  })
})

test('the server’s log holds none of them either, and no error', ({ run }) => {
  const log = readFileSync(run.logFile, 'utf8')
  // The first start prints the one-time link; that is its purpose.
  const withoutLink = log
    .replace(/^Dashboard: \S+setup\?token=\S+/m, '')
    .replace(/^Payments are simulated:.*$/m, '')
  expect(findIn(withoutLink, 'the log')).toEqual([])
  const errors = log.split('\n').filter((line) => /"level":(50|60)|^\s*(Error|TypeError|⨯)/.test(line))
  expect(errors).toEqual([])
})

test('CX-05: no script or style for browsers names or holds a secret of the server', ({ run }) => {
  const names =
    /LICENSING_ACCESS_TOKEN|SECRET_KEY|STRIPE_WEBHOOK_SECRET|NEXTAUTH_SECRET|DATABASE_URL|SMTP_URL/
  const portal = readFileSync(join(run.dataDir, 'licensing-access-token'), 'utf8').trim()
  const folder = join(import.meta.dirname, '..', '.next', 'static')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(js|css|json|map)$/.test(file),
  )
  expect(files.length).toBeGreaterThan(5)
  for (const file of files) {
    const content = readFileSync(join(folder, file), 'utf8')
    expect(content.match(names)?.[0], file).toBeUndefined()
    expect(content.includes(portal), file).toBe(false)
    expect(findIn(content, file)).toEqual([])
  }
})
