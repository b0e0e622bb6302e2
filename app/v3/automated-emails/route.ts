import { automatedEmailCollection } from './handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = automatedEmailCollection({
  noun: 'automated email',
  deprecated: false,
})
