import { notFound } from 'next/navigation'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'

/** An unknown address below the dashboard stays in the dashboard. The portal's page would show an operator as signed out. */
export default async function UnknownPage() {
  await authorizeOperator('public')
  notFound()
}
