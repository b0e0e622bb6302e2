/** One page of a list, with what a client needs to get the others. */
export class Page<T> {
  readonly items: T[]
  readonly total: number
  readonly page: number
  readonly limit: number
  /** The cursor of the next page, null where there is none; undefined where pages are asked for by number. */
  readonly next: string | null | undefined

  constructor(
    items: T[],
    at: { total: number; page: number; limit: number; next: string | null | undefined },
  ) {
    this.items = items
    this.total = at.total
    this.page = at.page
    this.limit = at.limit
    this.next = at.next
  }

  map<U>(change: (item: T) => U): Page<U> {
    return this.holding(this.items.map(change))
  }

  /** The same page with its rows mapped. */
  holding<U>(items: U[]): Page<U> {
    return new Page(items, this)
  }
}
