import type { ReactNode } from 'react'
import { Body, Container, Head, Heading, Hr, Html, Preview, Text } from 'react-email'

const sans = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif'

export const paragraph = { fontSize: '15px', lineHeight: '24px', color: '#1f2937', margin: '0 0 16px' }
export const link = { color: '#1d4ed8', textDecoration: 'underline' }

interface MailLayoutProps {
  /** The line that mail programs show beside the subject. Never a secret: lock screens show it. */
  preview: string
  title: string
  vendorName: string
  children: ReactNode
}

/** The frame of every mail. */
export function MailLayout({ preview, title, vendorName, children }: MailLayoutProps) {
  return (
    <Html lang="en">
      <Head />
      <Preview>{preview}</Preview>
      <Body style={{ backgroundColor: '#f3f4f6', fontFamily: sans, margin: 0, padding: '24px 0' }}>
        <Container
          style={{
            backgroundColor: '#ffffff',
            border: '1px solid #e5e7eb',
            borderRadius: '8px',
            maxWidth: '560px',
            padding: '32px',
          }}
        >
          <Heading as="h1" style={{ fontSize: '20px', color: '#111827', margin: '0 0 20px' }}>
            {title}
          </Heading>
          {children}
          <Hr style={{ borderColor: '#e5e7eb', margin: '24px 0 16px' }} />
          <Text style={{ fontSize: '13px', color: '#6b7280', margin: 0 }}>{vendorName}</Text>
        </Container>
      </Body>
    </Html>
  )
}
