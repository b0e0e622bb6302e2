import { forward } from './forward.ts'

interface WithId {
  params: Promise<{ id: string }>
}

/** The handlers behind `/api/me/**`; the edge route files only re-export them. */
export const forwardMe = (request: Request) => forward(request, '/me')
export const forwardMyLicenses = (request: Request) => forward(request, '/me/licenses')
export const forwardMyActivations = (request: Request) => forward(request, '/me/activations')
export const forwardMyLicense = async (request: Request, { params }: WithId) =>
  forward(request, `/me/licenses/${encodeURIComponent((await params).id)}`)
