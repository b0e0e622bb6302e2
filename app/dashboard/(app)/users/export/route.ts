import { sendCsv } from '#app/dashboard/_ui/send-csv.ts'
import { USER_FILTERS, userSearch } from '#app/dashboard/_ui/user-query.ts'
import { exportUsers } from '#lib/people/users/export-users.ts'
import { userCsv } from '#lib/people/users/user-csv.ts'

/** The users that the page's filters find, as a file. */
export function GET(request: Request): Promise<Response> {
  return sendCsv(request, { permission: 'user:read', form: userCsv, filters: USER_FILTERS }, (ctx, values) =>
    exportUsers(ctx, userSearch(values)),
  )
}
