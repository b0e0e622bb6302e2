import { findCycles } from './cycles.ts'
import { BELOW_LIB, COMPUTED_IMPORTS, LISTENING, MODULE_STATE, PARTS, ROOMS } from './list.ts'
import { readSources, type SourceFile } from './sources.ts'

const NAMES: readonly string[] = ROOMS.map(([name]) => name)

/** The structure of a checkout: what each file imports, the arrows between rooms and parts, and what is wrong with them. */
export interface Structure {
  files: Map<string, SourceFile>
  /** `from → to`, with the number of imports. */
  arrows: Map<string, number>
  /** One sentence each; empty when everything is in order. */
  findings: string[]
}

/** Reads the project below that folder and holds its imports to the list of rooms. */
export async function checkRooms(root: string): Promise<Structure> {
  const files = await readSources(root, ['lib', ...PARTS.keys()])
  const arrows = new Map<string, number>()
  const findings: string[] = []
  for (const [file, { targets, computed }] of files) {
    const place = placeOf(file)
    if (place === undefined) {
      findings.push(`${file} belongs to no room: lib/ holds ${NAMES.join(', ')}.`)
      continue
    }
    if (computed > 0 && !COMPUTED_IMPORTS.has(file)) {
      findings.push(`${file} imports what it computes: name the file, so that the import can be followed.`)
    }
    for (const target of targets) {
      const to = placeOf(target)
      if (to === undefined || to === place) continue
      const arrow = `${place} → ${to}`
      arrows.set(arrow, (arrows.get(arrow) ?? 0) + 1)
      const why = refusal({ file, target, place, to })
      if (why) findings.push(why)
    }
  }
  for (const state of sharedState(files)) {
    if (MODULE_STATE.has(state)) continue
    findings.push(`${state} changes while the process runs: keep it in a process slot, or say why not.`)
  }
  const graph = new Map([...files].map(([file, { targets }]) => [file, targets]))
  for (const cycle of findCycles(graph)) findings.push(`These files import each other: ${cycle.join(', ')}.`)
  for (const door of deafDoors(graph)) {
    findings.push(`${door} records events that nobody is told of: let it import ${LISTENING.gives}.`)
  }
  return { files, arrows, findings: findings.sort() }
}

/** The room of a file below `lib/`, the part of any other; undefined for a file of `lib/` in no room. */
function placeOf(file: string): string | undefined {
  const [top = '', room = '', ...rest] = file.split('/')
  if (top !== 'lib') return top
  return rest.length > 0 && NAMES.includes(room) ? room : undefined
}

interface Import {
  file: string
  target: string
  place: string
  to: string
}

/** Why that import may not be; undefined when it may. */
function refusal({ file, target, place, to }: Import): string | undefined {
  const allowed = PARTS.get(place)
  if (allowed) {
    if (allowed.some((path) => (path.endsWith('/') ? target.startsWith(path) : target === path))) return
    const list = allowed.length === 0 ? 'nothing of the project' : allowed.join(', ')
    return `${file} imports ${target}, but ${place}/ imports ${list} only.`
  }
  if (!target.startsWith('lib/')) {
    if (BELOW_LIB.some((path) => target.startsWith(path))) return
    return `${file} imports ${target}, but lib/ imports ${BELOW_LIB.join(', ')} only.`
  }
  if (NAMES.indexOf(to) < NAMES.indexOf(place)) return
  return `${file} imports ${target}, but ${to} stands below ${place} in the list of rooms.`
}

/** `file name` of all state in files that Next's bundle and the native server load, each a copy of its own. */
export function sharedState(files: ReadonlyMap<string, SourceFile>): string[] {
  return [...files]
    .filter(([file]) => /^(lib|db)\//.test(file))
    .flatMap(([file, { state }]) => state.map((name) => `${file} ${name}`))
}

/** Files that no other file imports and that reach the audit trail without a listener. */
function deafDoors(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const imported = new Set([...graph.values()].flat())
  return [...graph.keys()].filter((file) => {
    if (imported.has(file)) return false
    const reached = reach(file, graph)
    return reached.has(LISTENING.needs) && !reached.has(LISTENING.gives)
  })
}

function reach(from: string, graph: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set([from])
  for (const file of reached) for (const next of graph.get(file) ?? []) reached.add(next)
  return reached
}
