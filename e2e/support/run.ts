import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const Run = z.object({
  /** Of the Latchkey that the whole suite shares. */
  url: z.string(),
  setupUrl: z.string(),
  dataDir: z.string(),
  logFile: z.string(),
  secretsFile: z.string(),
  operatorState: z.string(),
})

/** What the workers need to know of the running suite. */
export type Run = z.infer<typeof Run>

const variable = 'LATCHKEY_E2E_RUN'

/** Workers inherit the environment: they find the file by it. */
export function publishRun(file: string, run: Run): void {
  writeFileSync(file, JSON.stringify(run))
  process.env[variable] = file
}

export function currentRun(): Run {
  return Run.parse(JSON.parse(readFileSync(process.env[variable] ?? '', 'utf8')))
}

/** Notes a value that must be found in no database dump and no log in the end. Short ones would be found by chance. */
export function rememberSecret(what: string, value: string): void {
  if (value.length < 8) throw new Error(`${what} is too short to be looked for`)
  appendFileSync(currentRun().secretsFile, `${JSON.stringify({ what, value })}\n`)
}

/** Everything that was noted, each value once. */
export function rememberedSecrets(): { what: string; value: string }[] {
  const lines = readFileSync(currentRun().secretsFile, 'utf8').trim().split('\n').filter(Boolean)
  const secrets = lines.map((line) =>
    z.object({ what: z.string(), value: z.string() }).parse(JSON.parse(line)),
  )
  return [...new Map(secrets.map((secret) => [secret.value, secret])).values()]
}
