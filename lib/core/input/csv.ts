import { type Options, stringify } from 'csv-stringify/sync'
import { log } from '../logging/log.ts'

/** What a cell may hold. Dates are ISO strings already; `null` and `undefined` make an empty cell, lists are joined by ";". */
export type CsvValue = string | number | boolean | null | undefined | readonly string[]

/** A table to be downloaded: its file's name and what its columns hold. Headers never change, new ones come last. */
export interface CsvForm<Row> {
  /** Without date and ending: `licenses`. */
  name: string
  columns: Readonly<Record<string, (row: Row) => CsvValue>>
}

/** Ties the columns to the rows they are made of. */
export function csvForm<Row>(name: string, columns: CsvForm<Row>['columns']): CsvForm<Row> {
  return { name, columns }
}

/** A cell that begins with one of these is a formula to a spreadsheet; the wide ones count in some languages. */
const FORMULA_START = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/u

/** Spreadsheets of some countries split cells at ";" and read quotes after it as text. */
const FORMULA_AFTER_SPLIT = /([;\t\r\n]["' ]*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/gu

/**
 * Text that a spreadsheet would run gets a `'` in front; numbers are numbers, whatever their sign. Not the library's
 * `escape_formulas`: it looks at a cell's first character only, and knows no line feed there.
 */
function withoutFormulas(text: string): string {
  const inside = text.replace(FORMULA_AFTER_SPLIT, "$1'")
  return FORMULA_START.test(text) ? `'${inside}` : inside
}

/** RFC 4180. Programs trim what is not quoted, hence the spaces at a cell's ends. */
const FORMAT: Options = {
  record_delimiter: '\r\n',
  quoted_match: /[\r\n]|^\s|\s$/,
  cast: {
    boolean: String,
    string: withoutFormulas,
    object: (list) => withoutFormulas(Object.values(list).join(';')),
  },
}

/** One cell, without a separator. */
export function csvCell(value: CsvValue): string {
  return stringify([[value]], { ...FORMAT, eof: false })
}

/** One line, with its end. */
export function csvLine(values: readonly CsvValue[]): string {
  return stringify([values], FORMAT)
}

/**
 * Answers the chunks of rows as a file, with a byte order mark where a person opens it in a spreadsheet. Each is read when the client has taken the one before, so that neither a long table
 * nor a slow client fills the memory. The first is read before the answer starts: until then errors are thrown.
 */
export async function csvResponse<Row>(
  form: CsvForm<Row>,
  chunks: AsyncIterable<readonly Row[]>,
  about: { day: string; headers: Record<string, string>; byteOrderMark?: boolean },
): Promise<Response> {
  const iterator = chunks[Symbol.asyncIterator]()
  let next: IteratorResult<readonly Row[]> | undefined = await iterator.next()
  const encoder = new TextEncoder()
  const columns = Object.values(form.columns)
  let gone = false
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(
          encoder.encode(
            stringify([], {
              ...FORMAT,
              header: true,
              columns: Object.keys(form.columns),
              bom: about.byteOrderMark === true,
            }),
          ),
        )
      },
      async pull(controller) {
        try {
          const { done, value } = next ?? (await iterator.next())
          next = undefined
          if (gone) return
          if (done) return controller.close()
          const rows = value.map((row) => columns.map((column) => column(row)))
          controller.enqueue(encoder.encode(stringify(rows, FORMAT)))
        } catch (error) {
          if (gone) return
          log().error({ err: error, requestId: about.headers['x-request-id'] }, 'an export broke off')
          // The client must see a broken transfer, never a short file.
          controller.error(error)
        }
      },
      async cancel() {
        gone = true
        await iterator.return?.()
      },
    },
    { highWaterMark: 1 },
  )
  return new Response(stream, {
    status: 200,
    headers: {
      'cache-control': 'no-store',
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${form.name}-${about.day}.csv"`,
      ...about.headers,
    },
  })
}
