import { preview } from '../../../automated-emails/handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = preview({
  noun: 'email template',
  deprecated: true,
})
