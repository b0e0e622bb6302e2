import { CheckboxField, Field, Select, TextArea } from '#app/_ui/field.tsx'
import type { ReleaseDto } from '#lib/licensing/releases/release-dto.ts'

/** The fields of a release. */
export function ReleaseFields({
  release,
  products,
  channels,
  platforms,
}: {
  release?: ReleaseDto
  products: readonly { value: string; label: string }[]
  /** Names that are there already; others may be typed. */
  channels: readonly string[]
  platforms: readonly string[]
}) {
  return (
    <>
      <Select
        name="productId"
        label="Product"
        defaultValue={release?.productId}
        options={products}
        required
      />
      <Field
        name="name"
        label="Name"
        defaultValue={release?.name}
        required
        maxLength={256}
        hint="What customers read."
      />
      <Field
        name="version"
        label="Version"
        defaultValue={release?.version}
        required
        autoComplete="off"
        hint="Such as 1.2, 1.2.3 or 1.2.3.4."
      />
      <Field
        name="channel"
        label="Channel"
        defaultValue={release?.channel ?? 'stable'}
        required
        list="release-channels"
        autoComplete="off"
        hint="Applications that name none look in “stable”. A new name becomes a channel."
      />
      <datalist id="release-channels">
        {channels.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Field
        name="platforms"
        label="Platforms"
        defaultValue={release?.platforms.join(', ')}
        required
        autoComplete="off"
        hint={
          platforms.length > 0
            ? `With commas between them. Known: ${platforms.join(', ')}.`
            : 'With commas between them, such as windows, macos.'
        }
      />
      <TextArea name="notes" label="Notes" defaultValue={release?.notes ?? ''} rows={6} />
      <CheckboxField
        name="private"
        label="Private"
        value="true"
        defaultChecked={release?.private ?? true}
        hint="Only with a license that allows it. Public releases are found by everybody’s update check."
      />
    </>
  )
}
