export type Metadata = Record<string, string>

/** What all stored objects share. Each kind names the fields the code reads; the rest rides along untyped. */
export interface Document {
  id: string
  object: string
  created: number
  [field: string]: unknown
}

export interface ListOf<T> {
  object: 'list'
  data: T[]
  has_more: boolean
  url: string
}
