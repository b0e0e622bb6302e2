import type { ReactNode } from 'react'
import type { Operation, Parameter } from '#lib/web/http/openapi-document.ts'
import { curlExample } from './curl-example.ts'
import { SchemaFields } from './schema-fields.tsx'

interface OperationSectionProps {
  origin: string
  method: string
  path: string
  operation: Operation
}

/** One address: closed it says what it does, open it says everything. */
export function OperationSection({ origin, method, path, operation }: OperationSectionProps) {
  const body = operation.requestBody?.content['application/json']?.schema
  const inPath = operation.parameters.filter((parameter) => parameter.style !== 'deepObject')
  const filters = operation.parameters.filter((parameter) => parameter.style === 'deepObject')
  const permission = operation['x-permission']
  const answer = answerExample(operation)
  return (
    <details id={operation.operationId} className="rounded-box border border-base-300 bg-base-100 p-4">
      <summary className="cursor-pointer">
        <span className="inline-block w-16 font-mono text-sm font-bold">{method}</span>
        <span className="font-mono text-sm break-all">{path}</span>
        <span className="ml-3">{operation.summary}</span>
        {operation.deprecated && <span className="badge badge-sm ml-2">old name</span>}
      </summary>
      <div className="mt-4 space-y-4">
        {operation.description && <p>{operation.description}</p>}
        <p className="text-sm">
          {permission === 'public' ? (
            'Needs no token.'
          ) : (
            <>
              Needs the permission <code className="font-semibold">{permission}</code>.
            </>
          )}
        </p>
        {inPath.length > 0 && (
          <Part title="Parameters">
            <SchemaFields schema={asObject(inPath)} />
          </Part>
        )}
        {filters.length > 0 && (
          <Part title="Filters">
            <ul className="text-sm">
              {filters.map((filter) => (
                <li key={filter.name} className="py-0.5 font-mono break-words">
                  {filter.description}
                </li>
              ))}
            </ul>
          </Part>
        )}
        {body && (
          <Part title="Body">
            <SchemaFields schema={body} />
          </Part>
        )}
        <Part title="Answers">
          {Object.entries(operation.responses).map(([status, answer]) => {
            const schema = answer.content?.['application/json']?.schema
            return (
              <div key={status} className="grid gap-x-4 py-1 text-sm sm:grid-cols-[4rem_1fr]">
                <span className="font-mono font-semibold">{status}</span>
                {Number(status) < 400 && schema ? (
                  <SchemaFields schema={schema} />
                ) : (
                  <span className="break-words">{answer.description}</span>
                )}
              </div>
            )
          })}
        </Part>
        <Part title="Example">
          <pre className="rounded-box bg-base-200 p-3 text-xs break-all whitespace-pre-wrap">
            {curlExample(origin, method, path, operation)}
          </pre>
        </Part>
        {answer !== undefined && (
          <Part title="Its answer">
            <pre className="rounded-box bg-base-200 p-3 text-xs break-all whitespace-pre-wrap">{answer}</pre>
          </Part>
        )}
      </div>
    </details>
  )
}

/** The example of a successful answer, as text; undefined for an empty one. */
function answerExample({ responses }: Operation): string | undefined {
  const success = Object.entries(responses).find(([status]) => Number(status) < 300)?.[1].content
  const json = success?.['application/json']?.example
  if (json !== undefined) return JSON.stringify(json, null, 2)
  const file = success?.['text/csv']?.example
  return typeof file === 'string' ? file : undefined
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h3 className="mb-1 font-semibold">{title}</h3>
      {children}
    </div>
  )
}

function asObject(parameters: readonly Parameter[]) {
  return {
    type: 'object',
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(
      parameters.map(({ name, schema, description, in: place }) => [
        name,
        { ...schema, description: [`in the ${place}.`, description].filter(Boolean).join(' ') },
      ]),
    ),
  }
}
