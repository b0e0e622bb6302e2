import { collection } from '../license-templates/handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = collection('license policy', true)
