import { contract, type Schema } from './load.ts'

export interface Route {
  operationId: string
  /** Path parameters by name, decoded. */
  path: Record<string, string>
  params: Schema
  response: Schema
}

interface Compiled {
  segments: string[]
  operations: Record<string, { operationId: string; params: Schema; response: Schema }>
}

let compiled: Compiled[] | undefined

/** The contract's operation for a method and path, static segments before parameters; undefined if it has none. */
export function matchRoute(method: string, pathname: string): Route | undefined {
  compiled ??= compile()
  const parts = pathname.split('/')
  for (const { segments, operations } of compiled) {
    const operation = operations[method.toLowerCase()]
    if (!operation || segments.length !== parts.length) continue
    const path = matchSegments(segments, parts)
    if (path) return { ...operation, path }
  }
  return undefined
}

function matchSegments(segments: string[], parts: string[]): Record<string, string> | undefined {
  const path: Record<string, string> = {}
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? ''
    if (segment.startsWith('{')) {
      if (part === '') return undefined
      path[segment.slice(1, -1)] = decode(part)
    } else if (segment !== part) return undefined
  }
  return path
}

function decode(part: string): string {
  try {
    // A null character is no part of any id, and PostgreSQL refuses it.
    return decodeURIComponent(part).replaceAll('\0', '')
  } catch {
    return part
  }
}

function compile(): Compiled[] {
  const result = Object.entries(contract().paths).map(([template, methods]) => ({
    segments: template.split('/'),
    operations: Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => [
        method,
        {
          operationId: operation.operationId,
          params: operation.requestBody?.content['application/x-www-form-urlencoded'].schema ??
            operation['x-queryParams'] ?? { type: 'object', properties: {} },
          response: operation.responses[200].content['application/json'].schema,
        },
      ]),
    ),
  }))
  const parameters = (entry: Compiled) => entry.segments.filter((segment) => segment.startsWith('{')).length
  return result.sort((a, b) => parameters(a) - parameters(b))
}
