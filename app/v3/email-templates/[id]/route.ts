import { automatedEmailItem } from '../../automated-emails/handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = automatedEmailItem({
  noun: 'email template',
  deprecated: true,
})
