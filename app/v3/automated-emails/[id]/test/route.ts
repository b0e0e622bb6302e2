import { trial } from '../../handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = trial({
  noun: 'automated email',
  deprecated: false,
})
