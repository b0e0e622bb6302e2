import { checkReadiness } from '#lib/readiness/check-readiness.ts'

/** Ready: database reachable, migrations done, worker on. */
export async function GET(): Promise<Response> {
  const checks = await checkReadiness()
  const ready = Object.values(checks).every((check) => check === 'ok' || check === 'off')
  return Response.json(
    { status: ready ? 'ready' : 'not ready', checks },
    { status: ready ? 200 : 503, headers: { 'cache-control': 'no-store' } },
  )
}
