import { preview } from '../../handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = preview({
  noun: 'automated email',
  deprecated: false,
})
