import { Card } from '#app/_ui/card.tsx'
import { CopyButton } from '#app/_ui/copy-button.tsx'
import type { Authorized } from '#lib/core/authorize.ts'
import { listAccountKeys } from '#lib/vendor/signing/public-keys.ts'

/** The account's own keys, which sign license files for all its products. */
export async function AccountKeys({ ctx }: { ctx: Authorized<'product:read'> }) {
  const keys = await listAccountKeys(ctx)
  return (
    <Card title="Key of license files">
      <p className="mb-3 text-base-content/70">
        Applications that read license files, machine files or the list of revoked licenses embed it. It is
        the same for every product, and also at{' '}
        <a className="link" href="/.well-known/latchkey.json">
          /.well-known/latchkey.json
        </a>
        .
      </p>
      <ul className="space-y-4">
        {keys.map((key, at) => (
          <li key={key.kid} className="space-y-2">
            <div className="flex flex-wrap items-center justify-between gap-3">
              <span className="text-sm">
                <code>{key.kid}</code>
                {at > 0 && ', replaced: files signed with it are still good'}
              </span>
              <CopyButton text={key.hex} label="Copy as hex" />
            </div>
            <code className="block rounded-field bg-base-200 p-3 text-xs break-all">{key.hex}</code>
            <pre className="overflow-x-auto rounded-field bg-base-200 p-3 text-xs">{key.pem}</pre>
          </li>
        ))}
      </ul>
    </Card>
  )
}
