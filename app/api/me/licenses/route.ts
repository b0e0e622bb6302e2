export { listMyLicenses as GET } from '#lib/bff/me.ts'
export const runtime = 'edge'
