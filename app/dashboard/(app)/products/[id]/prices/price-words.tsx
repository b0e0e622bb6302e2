import { Field, Select, TextArea } from '#app/_ui/field.tsx'
import type { PriceDto } from '#lib/catalog/prices/price-dto.ts'

/** What may change of a price at any time. */
export function PriceWords({
  price,
  templates,
}: {
  price?: PriceDto
  templates: readonly { value: string; label: string }[]
}) {
  return (
    <>
      <Field
        name="name"
        label="Name"
        defaultValue={price?.name}
        required
        maxLength={256}
        hint="Such as “Perpetual” or “Yearly”."
      />
      <TextArea name="description" label="Description" defaultValue={price?.description ?? ''} rows={2} />
      <Select
        name="licenseTemplateId"
        label="License template"
        defaultValue={price?.licenseTemplateId ?? ''}
        options={[{ value: '', label: 'The product’s own' }, ...templates]}
      />
      <Field
        name="position"
        label="Position"
        type="number"
        min={0}
        defaultValue={String(price?.position ?? 0)}
        hint="Lower ones are offered first."
      />
    </>
  )
}
