import { templateItem } from '../../license-templates/handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = templateItem('license policy', true)
