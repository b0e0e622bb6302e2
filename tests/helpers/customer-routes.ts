import * as login from '#app/v3/accounts/login/route.ts'
import * as myActivation from '#app/v3/me/activations/[id]/route.ts'
import * as myActivations from '#app/v3/me/activations/route.ts'
import * as myLicense from '#app/v3/me/licenses/[id]/route.ts'
import * as myLicenses from '#app/v3/me/licenses/route.ts'
import * as me from '#app/v3/me/route.ts'
import * as myPassword from '#app/v3/me/update-password/route.ts'
import * as publicUser from '#app/v3/users/[id]/public/route.ts'
import * as user from '#app/v3/users/[id]/route.ts'
import * as userPassword from '#app/v3/users/[id]/update-password/route.ts'
import * as users from '#app/v3/users/route.ts'
import { routeCaller } from './route-caller.ts'

/** The Web API's routes about users, called without a server. */
export const { call, handle } = routeCaller({
  '/v3/accounts/login': login,
  '/v3/me': me,
  '/v3/me/activations': myActivations,
  '/v3/me/activations/[id]': myActivation,
  '/v3/me/licenses': myLicenses,
  '/v3/me/licenses/[id]': myLicense,
  '/v3/me/update-password': myPassword,
  '/v3/users': users,
  '/v3/users/[id]': user,
  '/v3/users/[id]/public': publicUser,
  '/v3/users/[id]/update-password': userPassword,
})
