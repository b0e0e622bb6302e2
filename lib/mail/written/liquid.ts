import {
  type Context,
  type Emitter,
  Liquid,
  type LiquidOptions,
  type Template,
  Tokenizer,
  toValue,
} from 'liquidjs'
import { formatDate, formatNumber } from './filters.ts'

/**
 * Template characters, milliseconds of rendering, and characters and entries that a rendering may make in all, what it
 * writes included.
 */
const LIMITS = { parseLimit: 200_000, renderLimit: 800, memoryLimit: 1_000_000 }

/** The most entries of a range whose ends are written out. Others count with what the rendering makes. */
const RANGE_LIMIT = 1000

/** Tags that read other templates. They are removed. */
const READING_TAGS = ['include', 'render', 'layout', 'block']

/**
 * The allowed filters. None evaluates an expression per entry, and the cost of each grows with its input alone (sorting: a
 * little faster).
 */
const FILTERS = new Set(
  [
    'abs at_least at_most ceil divided_by floor minus modulo plus round times to_integer',
    'append capitalize downcase escape escape_once lstrip newline_to_br normalize_whitespace number_of_words prepend',
    'remove remove_first remove_last replace replace_first replace_last rstrip slice split squish strip strip_html',
    'strip_newlines truncate truncatewords upcase xml_escape',
    'array_to_sentence_string compact concat first join last map reverse size sort sort_natural sum uniq where reject',
    'date date_to_long_string date_to_rfc822 date_to_string date_to_xmlschema format_date format_number',
    'cgi_escape slugify uri_escape url_decode url_encode',
    'default json jsonify raw',
  ]
    .join(' ')
    .split(' '),
)

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
  for (const name of Object.keys(liquid.filters)) if (!FILTERS.has(name)) delete liquid.filters[name]
  countWhatIsWritten(liquid)
  return liquid
}

/** Output counts against the limit, captured output too: a loop around a long text produces a lot. */
function countWhatIsWritten(liquid: Liquid): void {
  const { renderer } = liquid
  const renderTemplates = renderer.renderTemplates.bind(renderer)
  renderer.renderTemplates = (templates: Template[], ctx: Context, emitter?: Emitter) =>
    renderTemplates(templates, ctx, emitter ?? new CountingEmitter(ctx))
}

class CountingEmitter implements Emitter {
  buffer = ''
  private readonly ctx: Context

  constructor(ctx: Context) {
    this.ctx = ctx
  }

  write(written: unknown): void {
    const text = textOf(written)
    this.ctx.memoryLimit.use(text.length)
    this.buffer += text
  }
}

function textOf(written: unknown): string {
  const value: unknown = toValue(written)
  if (value === null || value === undefined) return ''
  return Array.isArray(value) ? value.map(textOf).join('') : String(value)
}

function refuseLongRanges(): void {
  const { readGroupOrRange } = Tokenizer.prototype
  Tokenizer.prototype.readGroupOrRange = function readShortRange(this: Tokenizer) {
    const range = readGroupOrRange.call(this)
    if (range && 'rhs' in range) {
      const entries = Number(range.rhs.getText()) - Number(range.lhs.getText()) + 1
      if (entries > RANGE_LIMIT) throw new Error(`a range has at most ${RANGE_LIMIT} entries`)
    }
    return range
  }
}

refuseLongRanges()
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
