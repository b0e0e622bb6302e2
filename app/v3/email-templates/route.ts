import { automatedEmailCollection } from '../automated-emails/handlers.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = automatedEmailCollection({
  noun: 'email template',
  deprecated: true,
})
