import { expireSession } from '../../billing/expire-session.ts'
import { invalidParam } from '../../http/errors.ts'
import { find } from '../find.ts'
import { command } from '../operation.ts'

export const expireOpenSession = command(async (work, _params, path) => {
  const session = await find(work.db, 'checkout.session', path.id)
  if (session.status !== 'open') {
    throw invalidParam(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
    )
  }
  return expireSession(work, session)
})
