import { and, eq, inArray } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { operators, personalAccessTokens } from '#db/schema/operators.ts'
import { isId } from '#lib/core/ids.ts'

/**
 * Labels of the audit trail's actors: operators and tokens by name, all others by their kind. A customer is shown by id,
 * because the name is personal.
 */
export async function actorLabels(
  db: Executor,
  accountId: string,
  actors: readonly string[],
): Promise<(actor: string) => string> {
  const idsOf = (kind: string) => [
    ...new Set(
      actors.flatMap((actor) =>
        actor.startsWith(`${kind}:`) && isId(actor.slice(kind.length + 1))
          ? [actor.slice(kind.length + 1)]
          : [],
      ),
    ),
  ]
  const [people, tokens] = await Promise.all([
    db
      .select({ id: operators.id, name: operators.name })
      .from(operators)
      .where(and(eq(operators.accountId, accountId), inArray(operators.id, idsOf('operator')))),
    db
      .select({ id: personalAccessTokens.id, name: personalAccessTokens.name })
      .from(personalAccessTokens)
      .where(
        and(eq(personalAccessTokens.accountId, accountId), inArray(personalAccessTokens.id, idsOf('pat'))),
      ),
  ])
  const names = new Map<string, string>([
    ...people.map(({ id, name }) => [`operator:${id}`, `operator ${name}`] as const),
    ...tokens.map(({ id, name }) => [`pat:${id}`, `token ${name}`] as const),
  ])
  return (actor) => names.get(actor) ?? shortActor(actor)
}

/** The end of an id tells rows apart; its beginning is only the time. */
function shortActor(actor: string): string {
  const [kind = '', id = ''] = actor.split(':')
  return [kind, isId(id) ? `…${id.slice(-8)}` : id].filter(Boolean).join(' ')
}
