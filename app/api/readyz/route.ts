import { checkReadiness } from '#lib/ops/readiness/check-readiness.ts'

/**
 * Ready: the database is reachable and migrated, SECRET_KEY belongs to it, the Web API answers from inside, the worker runs.
 * `degraded` names parts that are away although requests are answered.
 */
export async function GET(): Promise<Response> {
  const { checks, degraded } = await checkReadiness()
  const ready = Object.values(checks).every((check) => check === 'ok' || check === 'off')
  return Response.json(
    { status: ready ? 'ready' : 'not ready', checks, degraded },
    { status: ready ? 200 : 503, headers: { 'cache-control': 'no-store' } },
  )
}
