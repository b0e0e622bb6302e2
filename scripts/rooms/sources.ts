import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { type Program, parseSync, Visitor } from 'oxc-parser'
import { moduleState } from './module-state.ts'

/** What the checks want to know of one file. */
export interface SourceFile {
  /** The files of the project that it imports, as paths from its root: by static, dynamic and type-only imports and re-exports. */
  targets: string[]
  /** How many imports have a target that is computed. */
  computed: number
  /** The names under which it keeps state of its own. */
  state: string[]
}

const SOURCE = /\.(ts|tsx|mjs|js)$/
const TEST = /\.(test|spec)\.(ts|tsx|mjs)$/

/**
 * Reads every source file below these folders, tests left out.
 * @param root the project's folder
 * @param folders relative to it
 */
export async function readSources(
  root: string,
  folders: readonly string[],
): Promise<Map<string, SourceFile>> {
  const files = (await Promise.all(folders.map((folder) => sourcesBelow(root, folder)))).flat().sort()
  const known = new Set(files)
  const graph = new Map<string, SourceFile>()
  for (const file of files) {
    const program = parse(file, await readFile(join(root, file), 'utf8'))
    const { specifiers, computed } = specifiersOf(program)
    const targets = [...new Set(specifiers.flatMap((specifier) => resolve(file, specifier) ?? []))]
      .filter((target) => known.has(target))
      .sort()
    graph.set(file, { targets, computed, state: moduleState(program) })
  }
  return graph
}

async function sourcesBelow(root: string, folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true }).catch(() => [])
  return names
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((file) => SOURCE.test(file) && !TEST.test(file))
}

function parse(file: string, text: string): Program {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file} cannot be read: ${errors[0]?.message}`)
  return program
}

/** Every import of a file, as it is written. */
function specifiersOf(program: Program): { specifiers: string[]; computed: number } {
  const specifiers: string[] = []
  let computed = 0
  const take = ({ source }: { source: { type: string; value?: unknown } | null }) => {
    if (source?.type === 'Literal' && typeof source.value === 'string') specifiers.push(source.value)
    else if (source) computed += 1
  }
  new Visitor({
    ImportDeclaration: take,
    ExportAllDeclaration: take,
    ExportNamedDeclaration: take,
    TSImportType: take,
    ImportExpression: take,
  }).visit(program)
  return { specifiers, computed }
}

/** `#lib/a.ts` and `./a.ts` as paths from the project's root; undefined for packages. */
function resolve(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return posix.normalize(posix.join(dirname(file), specifier))
  return undefined
}
