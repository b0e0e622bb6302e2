import { forward } from './forward.ts'

interface WithId {
  params: Promise<{ id: string }>
}

/** The handlers behind `/api/me/**`; the edge route files only re-export them. */
export const readMe = (request: Request) => forward(request, '/me')
export const updateMe = (request: Request) => forward(request, '/me')
export const listMyLicenses = (request: Request) => forward(request, '/me/licenses')
export const listMyActivations = (request: Request) => forward(request, '/me/activations')
export const readMyLicense = async (request: Request, { params }: WithId) =>
  forward(request, `/me/licenses/${encodeURIComponent((await params).id)}`)
