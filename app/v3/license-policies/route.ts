import { templateCollection } from '../license-templates/handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = templateCollection('license policy', true)
