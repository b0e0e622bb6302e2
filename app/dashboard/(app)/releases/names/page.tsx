import type { Metadata } from 'next'
import Link from 'next/link'
import { Card } from '#app/_ui/card.tsx'
import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { Field } from '#app/_ui/field.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import type { SearchParams } from '#app/dashboard/_ui/page-input.ts'
import type { NameKind } from '#lib/licensing/releases/name-kinds.ts'
import type { ReleaseNameDto } from '#lib/licensing/releases/release-name-dto.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'
import { createNameAction, deleteNameAction, renameNameAction } from '../actions.ts'
import { knownNames } from '../known-names.ts'

export const metadata: Metadata = { title: 'Channels and platforms' }

const NOTICES = {
  created: 'The name is added.',
  saved: 'The changes are saved.',
  deleted: 'The name is deleted.',
}

const WORDS = {
  channel: {
    title: 'Channels',
    about: 'Applications look for updates in one of them.',
    example: 'Such as stable or beta.',
  },
  platform: {
    title: 'Platforms',
    about: 'What a release runs on; applications send theirs when they look for updates.',
    example: 'Such as windows or macos-arm64.',
  },
} as const

export default async function ReleaseNamesPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('release:read')
  const [channels, platforms, mayWrite] = await Promise.all([
    knownNames(ctx, 'channel'),
    knownNames(ctx, 'platform'),
    operatorMay('release:write'),
  ])
  return (
    <>
      <Notice searchParams={searchParams} texts={NOTICES} />
      <PageHeader
        title="Channels and platforms"
        description="A release creates the names it uses. Here you give them a text for people."
        actions={
          <Link className="btn" href="/dashboard/releases">
            Releases
          </Link>
        }
      />
      <div className="space-y-6">
        <NameList kind="channel" names={channels} mayWrite={mayWrite} />
        <NameList kind="platform" names={platforms} mayWrite={mayWrite} />
      </div>
    </>
  )
}

function NameList({
  kind,
  names,
  mayWrite,
}: {
  kind: NameKind
  names: readonly ReleaseNameDto[]
  mayWrite: boolean
}) {
  const { title, about, example } = WORDS[kind]
  return (
    <Card title={title}>
      <p className="mb-4 text-base-content/70">{about}</p>
      {names.length === 0 ? (
        <p className="text-base-content/70">None yet.</p>
      ) : (
        <DataTable
          caption={title}
          rows={names}
          columns={[
            ['Name', (row) => <code>{row.name}</code>],
            ['Display name', (row) => row.displayName],
            ['Releases', (row) => row.totalReleases],
            ['Actions', (row) => mayWrite && <NameActions kind={kind} row={row} />],
          ]}
        />
      )}
      {mayWrite && (
        <ActionForm
          action={createNameAction}
          label={`New ${kind}`}
          className="mt-4 grid gap-4 sm:grid-cols-2"
        >
          <input type="hidden" name="kind" value={kind} />
          <Field name="name" label={`Name of the new ${kind}`} required autoComplete="off" hint={example} />
          <Field name="displayName" label="Display name" autoComplete="off" hint="Empty: the name." />
          <div>
            <SubmitButton tone="neutral">Add {kind}</SubmitButton>
          </div>
        </ActionForm>
      )}
    </Card>
  )
}

function NameActions({ kind, row }: { kind: NameKind; row: ReleaseNameDto }) {
  const ids = (
    <>
      <input type="hidden" name="kind" value={kind} />
      <input type="hidden" name="id" value={row.id} />
    </>
  )
  return (
    <div className="flex flex-wrap gap-2">
      <ConfirmButton
        key={row.updatedAt}
        id={`rename-${row.id}`}
        label="Rename"
        ariaLabel={`Rename ${row.name}`}
        title={`What people read for “${row.name}”`}
      >
        <ActionForm action={renameNameAction} label={`Rename ${row.name}`}>
          {ids}
          <Field name="displayName" label="Display name" defaultValue={row.displayName} />
          <SubmitButton>Save</SubmitButton>
        </ActionForm>
      </ConfirmButton>
      {row.totalReleases === 0 && (
        <ConfirmButton
          id={`delete-${row.id}`}
          label="Delete"
          ariaLabel={`Delete ${row.name}`}
          title={`Delete “${row.name}”?`}
        >
          <p>No release uses it.</p>
          <ActionForm action={deleteNameAction} label={`Delete ${row.name}`}>
            {ids}
            <SubmitButton tone="error">Delete {kind}</SubmitButton>
          </ActionForm>
        </ConfirmButton>
      )}
    </div>
  )
}
