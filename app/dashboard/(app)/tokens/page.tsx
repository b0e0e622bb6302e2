import type { Metadata } from 'next'
import Link from 'next/link'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { EmptyState } from '#app/_ui/empty-state.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { PageHeader } from '#app/_ui/page-header.tsx'
import { Pagination } from '#app/_ui/pagination.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { Notice } from '#app/dashboard/_ui/notice.tsx'
import { listInput, readQuery, type SearchParams } from '#app/dashboard/_ui/page-input.ts'
import { listPersonalAccessTokens } from '#lib/access/tokens/list-personal-access-tokens.ts'
import type { PersonalAccessTokenDto } from '#lib/access/tokens/personal-access-token-dto.ts'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'
import { revokeTokenAction } from './actions.ts'

export const metadata: Metadata = { title: 'Access tokens' }

export default async function TokensPage({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await authorizeOperator('personalAccessToken:write')
  const { page } = await readQuery(searchParams)
  const tokens = await listPersonalAccessTokens(ctx, listInput({ page }))
  const now = ctx.clock.now().toISOString()
  return (
    <>
      <Notice searchParams={searchParams} texts={{ revoked: 'The token is revoked.' }} />
      <PageHeader
        title="Access tokens"
        description="Personal access tokens let servers use the Web API within their scopes."
        actions={
          <Link className="btn btn-primary" href="/dashboard/tokens/new">
            New token
          </Link>
        }
      />
      {tokens.total === 0 ? (
        <EmptyState title="No tokens yet">A token is shown once, when it is created.</EmptyState>
      ) : (
        <DataTable
          caption="Personal access tokens"
          rows={tokens.items}
          columns={[
            ['Name', (token) => <span className="font-medium">{token.name}</span>],
            [
              'Token',
              (token) => (
                <code className="whitespace-nowrap">
                  {token.prefix}…{token.lastFour}
                </code>
              ),
            ],
            ['Scopes', (token) => <span className="text-sm">{token.scopes.join(', ')}</span>],
            ['State', (token) => <StatusBadge status={stateOf(token, now)} />],
            ['Expires', (token) => <DateTime iso={token.expiresAt} dateOnly empty="Never" />],
            ['Last used', (token) => <DateTime iso={token.lastUsedAt} empty="Never" />],
            ['Created', (token) => <DateTime iso={token.createdAt} dateOnly />],
            [
              'Actions',
              (token) =>
                stateOf(token, now) === 'active' && (
                  <ConfirmButton
                    key={token.id}
                    id={`revoke-${token.id}`}
                    label="Revoke"
                    ariaLabel={`Revoke ${token.name}`}
                    title={`Revoke “${token.name}”?`}
                  >
                    <p>
                      Programs that use this token are refused from their next request on. This cannot be
                      undone.
                    </p>
                    <ActionForm action={revokeTokenAction}>
                      <input type="hidden" name="id" value={token.id} />
                      <SubmitButton tone="error">Revoke token</SubmitButton>
                    </ActionForm>
                  </ConfirmButton>
                ),
            ],
          ]}
        />
      )}
      <Pagination {...tokens} pathname="/dashboard/tokens" noun="tokens" />
    </>
  )
}

function stateOf(token: PersonalAccessTokenDto, now: string): 'active' | 'revoked' | 'expired' {
  if (token.revoked) return 'revoked'
  return token.expiresAt !== null && token.expiresAt <= now ? 'expired' : 'active'
}
