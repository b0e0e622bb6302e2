import { sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import type { Tasks } from './add-job.ts'

/** Queues many jobs of one task with one statement. Each job's name is both its queue and its key. */
export async function addJobs<T extends keyof Tasks>(
  db: Executor,
  task: T,
  jobs: readonly { name: string; payload: Tasks[T] }[],
  options: { flag: string },
): Promise<void> {
  if (jobs.length === 0) return
  await db.execute(sql`
    select graphile_worker.add_job(
      identifier => ${task}::text,
      payload => (job->'payload')::json,
      queue_name => job->>'name',
      job_key => job->>'name',
      flags => array[${options.flag}::text]
    )
    from jsonb_array_elements(${JSON.stringify(jobs)}::jsonb) as job`)
}
