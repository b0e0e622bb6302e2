/** One page of a list, with what a client needs to ask for the others. */
export class Page<T> {
  readonly items: T[]
  readonly total: number
  readonly page: number
  readonly limit: number

  constructor(items: T[], at: { total: number; page: number; limit: number }) {
    this.items = items
    this.total = at.total
    this.page = at.page
    this.limit = at.limit
  }

  map<U>(change: (item: T) => U): Page<U> {
    return new Page(this.items.map(change), this)
  }
}
