import { item } from '../handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = item({
  noun: 'automated email',
  deprecated: false,
})
