import { automatedEmailItem } from '../handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = automatedEmailItem({
  noun: 'automated email',
  deprecated: false,
})
