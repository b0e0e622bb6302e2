import { Field, Select, TextArea } from '#app/_ui/field.tsx'

/** The fields of a product. */
export function ProductFields({
  product,
  templates,
}: {
  product?: { name: string; displayName: string; description: string; licenseTemplateId: string }
  templates: readonly { value: string; label: string }[]
}) {
  return (
    <>
      <Field
        name="displayName"
        label="Display name"
        defaultValue={product?.displayName}
        maxLength={256}
        hint="What customers read. Empty: the internal name."
      />
      <Field
        name="name"
        label="Internal name"
        defaultValue={product?.name}
        required
        maxLength={256}
        hint="Unique; the Web API shows it."
      />
      <TextArea name="description" label="Description" defaultValue={product?.description ?? ''} rows={2} />
      <Select
        name="licenseTemplateId"
        label="License template"
        defaultValue={product?.licenseTemplateId}
        options={templates}
        hint="What new licenses inherit from. Existing licenses stay as they are."
        required
      />
    </>
  )
}
