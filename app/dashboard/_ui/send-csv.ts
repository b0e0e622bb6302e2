import type { Authorized } from '#lib/core/authorize.ts'
import { authorize } from '#lib/core/authorize.ts'
import { type CsvForm, csvResponse } from '#lib/core/input/csv.ts'
import type { Permission } from '#lib/core/permissions.ts'
import { errorResponse } from '#lib/web/http/error-response.ts'
import { operatorContext } from '#lib/web/sessions/operator.ts'
import { firstOf } from './page-input.ts'

/**
 * Answers a list page's rows as a file for a spreadsheet, so with a byte order mark: all that fit the page's filters, not only
 * those of one page.
 */
export async function sendCsv<P extends Permission, Row, const N extends string>(
  request: Request,
  { permission, form, filters }: { permission: P; form: CsvForm<Row>; filters: readonly N[] },
  rows: (ctx: Authorized<P>, values: Record<N, string>) => AsyncIterable<readonly Row[]>,
): Promise<Response> {
  const ctx = await operatorContext()
  try {
    const sent = new URL(request.url).searchParams
    const values = Object.fromEntries(filters.map((name) => [name, firstOf(sent.getAll(name))]))
    return await csvResponse(form, rows(authorize(ctx, permission), values as Record<N, string>), {
      day: ctx.clock.now().toISOString().slice(0, 10),
      headers: { 'x-request-id': ctx.requestId },
      byteOrderMark: true,
    })
  } catch (error) {
    return errorResponse(error, ctx.requestId)
  }
}
