import { trial } from '../../../automated-emails/handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = trial({
  noun: 'email template',
  deprecated: true,
})
