import { notFound } from 'next/navigation'
import { authorizeOperator } from '#lib/web/sessions/operator.ts'

/** An unknown address below the dashboard stays in the dashboard: the portal's page would greet an operator as a stranger. */
export default async function UnknownPage() {
  await authorizeOperator('public')
  notFound()
}
