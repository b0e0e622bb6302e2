import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Machine } from './machine.ts'
import type { BenchOptions } from './options.ts'
import type { Row } from './row.ts'
import { root } from './servers/server.ts'

export interface Report {
  machine: Machine
  at: Date
  pinned: boolean
  options: BenchOptions
  rows: Row[]
}

const MARK = { begin: '<!-- latest result: begin -->', end: '<!-- latest result: end -->' }

/** Prints the table, keeps everything as JSON in `.bench/`, and with `--write` puts the table into the documentation. */
export async function report(result: Report): Promise<void> {
  const folder = join(root, '.bench', 'results')
  await mkdir(folder, { recursive: true })
  const file = join(folder, `${result.at.toISOString().replace(/[:.]/g, '-')}.json`)
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`)
  process.stdout.write(`${asText(result.rows)}\n\n${summary(result)}\nEverything measured is in ${file}\n`)
  if (result.options.write) await writeDocumentation(result)
}

const HEADINGS = ['what', 'against', 'goal', 'measured', 'verdict']

function cells(row: Row): string[] {
  return [row.what, row.against, row.goal, row.measured, verdict(row)]
}

function verdict({ met }: Row): string {
  return met === undefined ? '–' : met ? 'met' : 'missed'
}

function asText(rows: readonly Row[]): string {
  const lines = [HEADINGS, ...rows.map(cells)]
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function summary({ rows, machine, pinned, at, options }: Report): string {
  const judged = rows.filter((row) => row.met !== undefined)
  const met = judged.filter((row) => row.met).length
  const where = `${machine.processor}, ${machine.processors} processors, ${machine.memoryGib} GiB, ${machine.system}, Node ${machine.node}`
  const how = pinned ? 'compared servers on a processor of their own' : 'processors shared'
  const length = `${options.rounds} rounds of ${options.seconds} s`
  return `${met} of ${judged.length} goals met. ${at.toISOString().slice(0, 10)}, ${where}, ${how}, ${length}.`
}

async function writeDocumentation(result: Report): Promise<void> {
  const file = join(root, 'docs', 'performance.md')
  const text = await readFile(file, 'utf8')
  const [before, rest = ''] = text.split(MARK.begin)
  const after = rest.split(MARK.end)[1]
  if (before === undefined || after === undefined) throw new Error(`${file} has lost its marks`)
  const lines = [HEADINGS, HEADINGS.map(() => '---'), ...result.rows.map(cells)]
  const table = lines.map((line) => `| ${line.join(' | ')} |`).join('\n')
  await writeFile(file, `${before}${MARK.begin}\n\n${summary(result)}\n\n${table}\n\n${MARK.end}${after}`)
}
