import { Card } from '#app/_ui/card.tsx'
import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { DateTime } from '#app/_ui/date-time.tsx'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import type { Authorized } from '#lib/core/authorize.ts'
import { listUserSessions } from '#lib/people/users/list-user-sessions.ts'
import { revokeSessionAction } from '../actions.ts'

/** Where a user is signed in. */
export async function SessionList({
  ctx,
  userId,
  mayEnd,
}: {
  ctx: Authorized<'user:read'>
  userId: string
  mayEnd: boolean
}) {
  const sessions = await listUserSessions(ctx, { userId })
  return (
    <Card title="Sessions">
      {sessions.length === 0 ? (
        <p className="text-base-content/70">Not signed in anywhere.</p>
      ) : (
        <DataTable
          caption="Sessions of this user"
          rows={sessions}
          columns={[
            ['Device', (session) => <span className="break-words">{session.userAgent || session.kind}</span>],
            ['Address', (session) => session.ip ?? '–'],
            ['Since', (session) => <DateTime iso={session.createdAt} />],
            ['Last seen', (session) => <DateTime iso={session.lastSeenAt} empty="–" />],
            ['Ends', (session) => <DateTime iso={session.expiresAt} />],
            [
              'Actions',
              (session) =>
                mayEnd && (
                  <ConfirmButton
                    id={`end-${session.id}`}
                    label="End"
                    ariaLabel="End this session"
                    title="End this session?"
                  >
                    <p>It is refused from its next request on.</p>
                    <ActionForm action={revokeSessionAction}>
                      <input type="hidden" name="userId" value={userId} />
                      <input type="hidden" name="sessionId" value={session.id} />
                      <SubmitButton tone="error">End session</SubmitButton>
                    </ActionForm>
                  </ConfirmButton>
                ),
            ],
          ]}
        />
      )}
    </Card>
  )
}
