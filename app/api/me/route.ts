export { readMe as GET, updateMe as PATCH } from '#lib/web/bff/me.ts'
export const runtime = 'edge'
