export { forwardMyLicense as GET } from '#lib/web/bff/me.ts'
export const runtime = 'edge'
