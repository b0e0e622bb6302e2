import { collection } from './handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = collection({
  noun: 'automated email',
  deprecated: false,
})
