import DataLoader from 'dataloader'

/**
 * A look-up whose statement is shared by all who ask for the same in one turn of the event loop. It is sent when the last of
 * them has asked, so that nobody gets an answer older than the question, and nothing is kept (docs/decisions/0018).
 */
export function coalesce<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const loader = new DataLoader<string, T>((keys) => askEach(ask, keys), {
    cache: false,
    batchScheduleFn: setImmediate,
  })
  return (key) => loader.load(key)
}

/** One that fails fails for those who asked for it. */
function askEach<T>(ask: (key: string) => Promise<T>, keys: readonly string[]): Promise<(T | Error)[]> {
  const answers = new Map<string, Promise<T | Error>>()
  for (const key of keys) if (!answers.has(key)) answers.set(key, ask(key).catch(toError))
  return Promise.all(keys.flatMap((key) => answers.get(key) ?? []))
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
