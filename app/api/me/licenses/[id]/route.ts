export { readMyLicense as GET } from '#lib/bff/me.ts'
export const runtime = 'edge'
