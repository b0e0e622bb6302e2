import { Liquid, type LiquidOptions } from 'liquidjs'
import { formatDate, formatNumber } from './filters.ts'

/** Template characters, milliseconds of rendering, and (roughly) characters that it may hold at a time. */
const LIMITS = { parseLimit: 200_000, renderLimit: 200, memoryLimit: 2_000_000 }

/** Tags that read other templates: there are none. */
const READING_TAGS = ['include', 'render', 'layout', 'block']

/** Nothing of the machine's files, even for a tag that this list does not know. */
const NO_FILES: LiquidOptions['fs'] = {
  exists: async () => false,
  existsSync: () => false,
  contains: async () => false,
  containsSync: () => false,
  readFile: async () => '',
  readFileSync: () => '',
  resolve: (_directory, file) => file,
}

function engine(outputEscape: 'escape' | undefined): Liquid {
  const liquid = new Liquid({
    ...LIMITS,
    fs: NO_FILES,
    strictFilters: true,
    // A misspelled variable is found when the template is saved; `{% if license.user %}` may still ask.
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    relativeReference: false,
    ...(outputEscape && { outputEscape }),
  })
  for (const name of READING_TAGS) {
    liquid.registerTag(name, {
      parse() {
        throw new Error(`the tag "${name}" is not available`)
      },
      render: () => '',
    })
  }
  liquid.registerFilter('format_date', formatDate)
  liquid.registerFilter('format_number', formatNumber)
  return liquid
}

const html = engine('escape')
const plain = engine(undefined)

/** Renders HTML: what variables hold is escaped, unless the template says `| raw`. @throws when the template is not right */
export function renderHtml(template: string, variables: Record<string, unknown>): string {
  return html.parseAndRenderSync(template, variables)
}

/** Renders one line of plain text, such as a subject. @throws when the template is not right */
export function renderLine(template: string, variables: Record<string, unknown>): string {
  return plain.parseAndRenderSync(template, variables).replace(/\s+/g, ' ').trim()
}
