import { Card } from '#app/_ui/card.tsx'
import { ConfirmButton } from '#app/_ui/confirm-button.tsx'
import { CheckboxField, Field } from '#app/_ui/field.tsx'
import { fileSize } from '#app/_ui/file-size.ts'
import { ActionForm, SubmitButton } from '#app/_ui/form.tsx'
import { DataTable } from '#app/dashboard/_ui/data-table.tsx'
import { Disclosure } from '#app/dashboard/_ui/disclosure.tsx'
import type { ReleaseDto } from '#lib/licensing/releases/release-dto.ts'
import { addFileAction, deleteFileAction } from '../actions.ts'

/** The files of a release, and a form for one more. */
export function FileList({ release, mayWrite }: { release: ReleaseDto; mayWrite: boolean }) {
  return (
    <Card title="Files">
      {release.files.length === 0 ? (
        <p className="text-base-content/70">None yet. Files are on a server of yours; add their addresses.</p>
      ) : (
        <DataTable
          caption="Files of this release"
          rows={release.files}
          columns={[
            [
              'Name',
              (file) => (
                <a className="link font-medium" href={file.url} rel="noreferrer">
                  {file.name}
                </a>
              ),
            ],
            ['Size', (file) => fileSize(file.size) || '–'],
            ['SHA-256', (file) => (file.checksum ? <code>{file.checksum.slice(0, 12)}…</code> : '–')],
            ['Secured', (file) => (file.secured ? 'Yes' : 'No')],
            ['Downloads', (file) => file.downloads],
            [
              'Actions',
              (file) =>
                mayWrite && (
                  <ConfirmButton
                    id={`delete-${file.id}`}
                    label="Remove"
                    ariaLabel={`Remove ${file.name}`}
                    title={`Remove “${file.name}”?`}
                  >
                    <p>Customers cannot download it any more. The file itself stays on your server.</p>
                    <ActionForm action={deleteFileAction} label={`Remove ${file.name}`}>
                      <input type="hidden" name="id" value={file.id} />
                      <input type="hidden" name="releaseId" value={release.id} />
                      <SubmitButton tone="error">Remove file</SubmitButton>
                    </ActionForm>
                  </ConfirmButton>
                ),
            ],
          ]}
        />
      )}
      {mayWrite && (
        <div className="mt-4">
          <Disclosure key={release.files.length} summary="Add a file" open={release.files.length === 0}>
            <ActionForm action={addFileAction} label="Add a file">
              <input type="hidden" name="releaseId" value={release.id} />
              <Field name="name" label="File name" required maxLength={256} autoComplete="off" />
              <Field
                name="url"
                label="Address"
                type="url"
                required
                autoComplete="off"
                hint="The file’s address, with https://. Customers are sent there when they download it."
              />
              <Field
                name="size"
                label="Size in bytes"
                inputMode="numeric"
                autoComplete="off"
                hint="Empty: not said."
              />
              <Field
                name="checksum"
                label="SHA-256"
                autoComplete="off"
                hint="64 hex characters, as sha256sum writes them. Empty: not said."
              />
              <CheckboxField
                name="secured"
                label="Secured"
                value="true"
                defaultChecked
                hint="Only holders of a license that allows the release get its address."
              />
              <SubmitButton>Add file</SubmitButton>
            </ActionForm>
          </Disclosure>
        </div>
      )}
    </Card>
  )
}
