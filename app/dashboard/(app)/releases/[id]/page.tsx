import type { Metadata } from 'next'
import Link from 'next/link'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { Card } from '#app/_ui/card.tsx'
import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { productChoices } from '#app/dashboard/_ui/choices.ts'
import { Facts } from '#app/dashboard/_ui/facts.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { type IdParams, orNotFound, readId, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { getRelease } from '#lib/licensing/releases/get-release.ts'
import type { ReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import { authorizeOperator, operatorMay } from '#lib/web/sessions/operator.ts'
import { deleteReleaseAction, publishReleaseAction, updateReleaseAction } from '../actions.ts'
import { knownNames } from '../known-names.ts'
import { ReleaseFields } from '../release-fields.tsx'
import { FileList } from './file-list.tsx'

export const metadata: Metadata = { title: 'Release' }

const NOTICES = {
  created: 'The release is created as a draft.',
  saved: 'The changes are saved.',
  published: 'The release is published.',
  'file-added': 'The file is added.',
  'file-deleted': 'The file is removed from the release.',
}

export default async function ReleasePage({
  params,
  searchParams,
}: {
  params: IdParams
  searchParams: SearchParams
}) {
  const ctx = await authorizeOperator('release:read')
  const release = await orNotFound(getRelease(ctx, await readId(params)))
  const [products, channels, platforms, mayWrite] = await Promise.all([
    productChoices(ctx),
    knownNames(ctx, 'channel'),
    knownNames(ctx, 'platform'),
    operatorMay('release:write'),
  ])
  const product = products.find(({ value }) => value === release.productId)
  return (
    <>
      <Notice searchParams={searchParams} texts={NOTICES} />
      <PageHeader
        title={`${release.name} ${release.version}`}
        description={<StatusBadge status={release.published ? 'published' : 'draft'} />}
        actions={mayWrite && <Standing release={release} />}
      />
      <div className="space-y-6">
        <Card>
          <Facts
            items={[
              [
                'Product',
                product ? (
                  <Link key="product" className="link" href={`/dashboard/products/${product.value}`}>
                    {product.label}
                  </Link>
                ) : (
                  <code key="product">{release.productId}</code>
                ),
              ],
              ['Channel', release.channel],
              ['Platforms', release.platforms.join(', ')],
              ['For', release.private ? 'Holders of a license that allows it' : 'Everybody'],
              ['Published', <DateTime key="published" iso={release.publishedAt} empty="Not yet" />],
              ['Created', <DateTime key="created" iso={release.createdAt} />],
              [
                'Notes',
                release.notes ? (
                  <span key="notes" className="whitespace-pre-line">
                    {release.notes}
                  </span>
                ) : null,
              ],
            ]}
          />
        </Card>
        <FileList release={release} mayWrite={mayWrite} />
        {mayWrite && products.length > 0 && (
          <Card title="Edit">
            <ActionForm action={updateReleaseAction} label="Edit release">
              <input type="hidden" name="id" value={release.id} />
              <ReleaseFields
                release={release}
                products={products}
                channels={channels.map(({ name }) => name)}
                platforms={platforms.map(({ name }) => name)}
              />
              <SubmitButton>Save</SubmitButton>
            </ActionForm>
          </Card>
        )}
      </div>
    </>
  )
}

/** Publishing and deleting. */
function Standing({ release }: { release: ReleaseDto }) {
  return (
    <div className="flex flex-wrap gap-2">
      {!release.published && (
        <ConfirmButton
          id="publish"
          label="Publish…"
          title={`Publish “${release.name} ${release.version}”?`}
          className="btn btn-primary"
        >
          <p>
            {release.private
              ? 'Customers whose license allows it can download it at once, and update checks find it.'
              : 'Everybody’s update check finds it at once, and customers can download it.'}
            {release.files.length === 0 && ' It has no files yet.'}
          </p>
          <ActionForm action={publishReleaseAction} label="Publish">
            <input type="hidden" name="id" value={release.id} />
            <SubmitButton>Publish release</SubmitButton>
          </ActionForm>
        </ConfirmButton>
      )}
      <ConfirmButton
        id="delete"
        label="Delete…"
        title={`Delete “${release.name} ${release.version}”?`}
        className="btn"
      >
        <p>Customers and update checks do not find it any more. The files themselves stay on your server.</p>
        <ActionForm action={deleteReleaseAction} label="Delete">
          <input type="hidden" name="id" value={release.id} />
          <SubmitButton tone="error">Delete release</SubmitButton>
        </ActionForm>
      </ConfirmButton>
    </div>
  )
}
