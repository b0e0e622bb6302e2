import { Alert } from '#app/_ui/alert.tsx'
import { firstOf, type SearchParams } from './page-input.ts'

/** Shows the result of the action that led here: `?done=suspended`. Only known words become text. */
export async function Notice({
  searchParams,
  texts,
}: {
  searchParams: SearchParams
  texts: Record<string, string>
}) {
  const done = firstOf((await searchParams).done)
  const text = Object.hasOwn(texts, done) ? texts[done] : undefined
  return text ? (
    <div className="mb-4">
      <Alert tone="success">{text}</Alert>
    </div>
  ) : null
}
