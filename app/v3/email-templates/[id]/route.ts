import { item } from '../../automated-emails/handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = item({
  noun: 'email template',
  deprecated: true,
})
