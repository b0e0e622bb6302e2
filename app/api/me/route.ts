export { forwardMe as GET, forwardMe as PATCH } from '#lib/web/bff/me.ts'
export const runtime = 'edge'
