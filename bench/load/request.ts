/** One request of a load, without its server. */
export interface LoadRequest {
  method: 'GET' | 'POST' | 'PATCH'
  path: string
  headers?: Record<string, string>
  body?: string
}

/** Gives the n-th request of a load; the same n gives the same request. */
export type RequestMaker = (n: number) => LoadRequest
