import type { Page } from '#lib/core/list/page.ts'

/** The longest `Link` header sent, characters: common clients take 16 kB of headers altogether. */
const LINK_LIMIT = 8_000

/** Headers that describe a page's place in its list: `Pagination-…` and `Link`. */
export function pageHeaders(page: Page<unknown>, requestUrl: string): Record<string, string> {
  const last = Math.max(1, Math.ceil(page.total / page.limit))
  const url = new URL(requestUrl)
  const to = (name: 'page' | 'after', value: string, relation: string) => {
    for (const other of ['page', 'after']) url.searchParams.delete(other)
    url.searchParams.set(name, value)
    return `<${url.pathname}${url.search}>; rel="${relation}"`
  }
  const links = [to('page', '1', 'first'), to('page', String(last), 'last')]
  if (page.page > 1) links.push(to('page', String(page.page - 1), 'prev'))
  if (page.next) links.push(to('after', page.next, 'next'))
  if (page.next === undefined && page.page < last) links.push(to('page', String(page.page + 1), 'next'))
  const linked = links.join(', ')
  return {
    'pagination-count': String(page.total),
    'pagination-page': String(page.page),
    'pagination-limit': String(page.limit),
    // Each link repeats the query. With a long query the header would be larger than clients accept.
    ...(linked.length <= LINK_LIMIT && { link: linked }),
  }
}
