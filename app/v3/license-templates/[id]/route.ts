import { templateItem } from '../handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = templateItem('license template', false)
