/** What a shell passes on to any program. */
const KEPT = ['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR', 'TERM']

/** The environment of a process under test: a newcomer's, without settings that happen to be set here. */
export function withoutSecrets(values: Record<string, string>): NodeJS.ProcessEnv {
  const kept = KEPT.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))
  return { ...Object.fromEntries(kept), ...values }
}
