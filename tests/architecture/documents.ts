import { posix } from 'node:path'

/** What documents may name: the project as a checkout has it. */
export interface Tree {
  /** Every file, as a path from the project's folder. */
  files: ReadonlySet<string>
  /** The names of the scripts in `package.json`. */
  scripts: ReadonlySet<string>
  /** Subcommands of `latchkey`, as they are typed: `operator create`. */
  commands: readonly string[]
  /** The text of each Markdown file. */
  documents: ReadonlyMap<string, string>
}

/** Scripts that npm has by itself, and commands of npm that are no scripts. */
const NPM_BUILT_IN = new Set(['ci', 'install', 'pack', 'publish'])

/**
 * Paths, commands, links and anchors that a document names and that are not there, one sentence each. A path counts as one of the
 * project if it begins with one of its top-level folders; anything else may lie on a reader's machine. `*`, `…` and `<name>`
 * stand for any name.
 */
export function findLost(file: string, text: string, tree: Tree): string[] {
  return [
    ...lostPaths(text, tree).map((path) => `${file} names ${path}, which does not exist.`),
    ...lostCommands(text, tree).map(
      (command) => `${file} names the command "${command}", which does not exist.`,
    ),
    ...lostLinks(file, text, tree).map((link) => `${file} links to ${link}, which does not exist.`),
  ]
}

function lostPaths(text: string, { files }: Tree): string[] {
  const folders = new Set<string>()
  for (const file of files) {
    for (let folder = posix.dirname(file); folder !== '.'; folder = posix.dirname(folder)) folders.add(folder)
  }
  const exists = (path: string) => files.has(path) || folders.has(path.replace(/\/$/, ''))
  return spansOf(text)
    .flatMap((span) => span.match(/(?:\{[^}]*\}|[^\s,;])+/g) ?? [])
    .map((word) => word.replace(/^#/, '').replace(/[.:]$/, ''))
    .filter((word) => word.includes('/') && folders.has(word.slice(0, word.indexOf('/'))))
    .flatMap(alternatives)
    .filter((path) => !(/[*…<]/.test(path) ? matches(path, [...files, ...folders]) : exists(path)))
}

/** `a/{b,c}.ts` as its two paths. */
function alternatives(path: string): string[] {
  const [whole, inner] = /\{([^{}]*)\}/.exec(path) ?? []
  return whole === undefined || inner === undefined
    ? [path]
    : inner.split(',').flatMap((part) => alternatives(path.replace(whole, part)))
}

function matches(pattern: string, paths: readonly string[]): boolean {
  const parts = pattern.split(/(\*\*\/?|\*|…|<\w+>)/).map((part) => {
    if (part.startsWith('**')) return '.*'
    return /^[*…<]/.test(part) ? '[^/]*' : part.replace(/[$()+.?[\\\]^{|}]/g, String.raw`\$&`)
  })
  const expected = new RegExp(`^${parts.join('')}/?$`)
  return paths.some((path) => expected.test(path))
}

function lostCommands(text: string, { scripts, commands }: Tree): string[] {
  const lost: string[] = []
  for (const line of [...spansOf(text), ...blocksOf(text)].flatMap((part) => part.split('\n'))) {
    for (const [whole, run = '', plain = ''] of line.matchAll(
      /\bnpm (?:run (?:-s )?([\w:-]+)|(?!run\b)([\w-]+))/g,
    )) {
      const isThere = scripts.has(run || plain) || (plain !== '' && NPM_BUILT_IN.has(plain))
      if (!isThere) lost.push(whole)
    }
    for (const [whole, words = ''] of line.matchAll(/\blatchkey (?:-- )?([a-z][a-z-]*(?: [a-z][a-z-]*)*)/g)) {
      if (!commands.some((command) => `${words} `.startsWith(`${command} `))) lost.push(whole)
    }
  }
  return lost
}

function lostLinks(file: string, text: string, { files, documents }: Tree): string[] {
  const prose = text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#')
      const linked = path === '' ? file : posix.join(posix.dirname(file), path)
      if (!files.has(linked)) return true
      return anchor !== undefined && !anchorsOf(documents.get(linked) ?? '').includes(anchor)
    })
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** What stands between backticks on a line. */
function spansOf(text: string): string[] {
  const prose = text.replace(/^```.*?^```/gms, '')
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
}

/** What stands in fenced blocks. */
function blocksOf(text: string): string[] {
  return [...text.matchAll(/^```.*?\n(.*?)^```/gms)].map(([, block = '']) => block)
}
