import { collection } from '../automated-emails/handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = collection({
  noun: 'email template',
  deprecated: true,
})
