import { collection } from './handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = collection('license template', false)
