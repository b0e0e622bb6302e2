import type { ReactNode } from 'react'
import { authorize } from '#lib/core/authorize.ts'
import { vendorName } from '#lib/vendor/accounts/vendor-name.ts'
import { visitorContext } from '#lib/web/sessions/request-facts.ts'
import { Alert } from '../../_ui/alert.tsx'

/** A legal document of the vendor. The texts shipped here are a starting point, and say so. */
export async function LegalPage({ title, children }: { title: string; children: ReactNode }) {
  const vendor = await vendorName(authorize(await visitorContext(), 'public'))
  return (
    <article className="mx-auto max-w-2xl space-y-8">
      <h1 className="text-2xl font-semibold tracking-tight">
        {title} of {vendor}
      </h1>
      <Alert tone="warning">
        This is a sample text that comes with the portal. {vendor} replaces it with its own before selling
        anything.
      </Alert>
      {children}
    </article>
  )
}

export function LegalSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="space-y-2">
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
    </section>
  )
}
