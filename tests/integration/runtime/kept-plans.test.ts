import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { newId } from '#lib/core/ids.ts'
import { findActivation } from '#lib/licensing/activations/find-activation.ts'
import { findValidationFacts } from '#lib/licensing/validation/validation-facts.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

let accountId: string

setUpTestDatabase({ max: 1 })
beforeAll(async () => {
  // One connection: what is prepared is prepared there.
  accountId = (await makeAccount()).id
  // So many that a plan without the partial index costs more than planning anew.
  await db().execute(sql`
    insert into users (account_id, id, created_at, updated_at)
    select ${accountId}::uuid, gen_random_uuid(), '2026-01-01', '2026-01-01' from generate_series(1, 5000)`)
  await db().execute(sql`
    insert into user_identifiers (account_id, id, user_id, kind, value, canonical, created_at, updated_at)
    select account_id, gen_random_uuid(), id, 'email', id || '@example.test', id || '@example.test', created_at, created_at
    from users`)
  await db().execute(sql`analyze`)
})

const Plans = z.array(z.object({ generic: z.coerce.number(), custom: z.coerce.number() }))

test.each([
  {
    name: 'validation',
    part: '%"key_hash" = %',
    run: () => findValidationFacts(db(), { accountId, keyHash: 'none', fingerprint: '', at: new Date() }),
  },
  {
    name: 'sync',
    part: '%from "activations" inner join "licenses"%',
    run: () => findActivation(db(), { accountId, id: newId(), at: new Date() }),
  },
])('$name keeps its plan: PostgreSQL does not plan it anew for every request', async ({ part, run }) => {
  for (let times = 0; times < 12; times += 1) await run()
  const plans = Plans.parse(
    await db().execute(sql`
      select generic_plans as generic, custom_plans as custom from pg_prepared_statements where statement like ${part}`),
  )
  expect(plans).toEqual([{ generic: 7, custom: 5 }])
})
