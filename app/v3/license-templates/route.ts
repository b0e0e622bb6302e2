import { templateCollection } from './handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = templateCollection('license template', false)
