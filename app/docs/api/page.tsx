import type { Metadata } from 'next'
import { env } from '#lib/core/env.ts'
import { type OpenApiDocument, readOpenApiDocument } from '#lib/web/http/openapi-document.ts'
import { SiteFrame } from '../../_ui/site-frame.tsx'
import { OperationSection } from './operation-section.tsx'
import { SchemaFields } from './schema-fields.tsx'

export const metadata: Metadata = {
  title: 'Web API',
  description: 'Every address of the Web API: permission, parameters, body, answer and an example.',
}

/** The OpenAPI document for people. It holds nothing of its own: routes → contracts → document → this page. */
export default async function ApiPage() {
  const document = await readOpenApiDocument()
  const groups = groupByTag(document)
  return (
    <SiteFrame>
      <h1 className="text-3xl font-bold">{document.info.title}</h1>
      <p className="mt-1 text-sm">
        Version {document.info.version}.{' '}
        <a className="link" href="/v3/openapi.json">
          The same as an OpenAPI document
        </a>
        .
      </p>
      <p className="mt-4 max-w-3xl">
        <Prose text={document.info.description} />
      </p>
      <nav aria-label="Groups" className="mt-6 flex flex-wrap gap-2">
        {groups.map(({ tag }) => (
          <a key={tag} className="btn btn-sm" href={`#${tag}`}>
            {tag}
          </a>
        ))}
        <a className="btn btn-sm" href="#schemas">
          Answers
        </a>
      </nav>
      {groups.map(({ tag, operations }) => (
        <section key={tag} id={tag} aria-labelledby={`${tag}-title`} className="mt-10 space-y-3">
          <h2 id={`${tag}-title`} className="text-xl font-semibold">
            {tag}
          </h2>
          {operations.map(({ method, path, operation }) => (
            <OperationSection
              key={operation.operationId}
              origin={env().PUBLIC_URL}
              method={method}
              path={path}
              operation={operation}
            />
          ))}
        </section>
      ))}
      <section id="schemas" aria-labelledby="schemas-title" className="mt-10 space-y-3">
        <h2 id="schemas-title" className="text-xl font-semibold">
          Answers
        </h2>
        {Object.entries(document.components.schemas).map(([name, schema]) => (
          <details
            key={name}
            id={`schema-${name}`}
            className="rounded-box border border-base-300 bg-base-100 p-4"
          >
            <summary className="cursor-pointer font-mono font-semibold">{name}</summary>
            <SchemaFields schema={schema} />
          </details>
        ))}
      </section>
    </SiteFrame>
  )
}

function groupByTag(document: OpenApiDocument) {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
  return document.tags.map(({ name }) => ({
    tag: name,
    operations: operations.filter(({ operation }) => operation.tags.includes(name)),
  }))
}

/** Text with `code` in backquotes. */
function Prose({ text }: { text: string }) {
  const parts = text.split('`').map((part, index) => ({ part, at: `${index}`, isCode: index % 2 === 1 }))
  return parts.map(({ part, at, isCode }) => (isCode ? <code key={at}>{part}</code> : part))
}
