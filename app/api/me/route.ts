export { readMe as GET, updateMe as PATCH } from '#lib/bff/me.ts'
export const runtime = 'edge'
