import { member } from '../../license-templates/handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = member('license policy', true)
