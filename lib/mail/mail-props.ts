/** What each template needs to know. Props are sealed in the outbox, so a license key may stand here. */
export interface MailProps {
  welcome: { firstName: string }
  'license-key': {
    firstName: string
    productName: string
    licenseKey: string
    licenseId: string
    /** Where the key replaces another: until when (ISO 8601) known devices may use that one. */
    formerKeyUntil?: string
  }
  /** `path` leads to the page where the new password is typed; it holds the single-use token. */
  'password-reset': { firstName: string; path: string }
  'security-notice': { firstName: string; change: SecurityChange }
  /** `replaced`: another device was activated in its place. */
  'device-freed': {
    firstName: string
    productName: string
    /** As the owner or the device itself calls it; may be empty. */
    deviceName: string
    licenseId: string
    replaced: boolean
  }
  /** `path` leads into the dashboard. */
  'operator-alert': { title: string; sentence: string; path: string }
  /** `link` is the newest of the audit trail, in the form that `doctor --since` takes; `at` (ISO 8601) when it was written. */
  'audit-head': { link: string; at: string }
  /** A mail that the vendor wrote: Liquid templates and their variables. An empty sender means the installation's own. */
  automated: {
    /** Null for a test. */
    automatedEmailId: string | null
    subject: string
    body: string
    fromName: string
    fromEmail: string
    replyTo: string
    cc: string[]
    bcc: string[]
    variables: Record<string, unknown>
  }
}

/** Changes that the owner hears of, in case somebody else made them. */
export type SecurityChange =
  | 'password-changed'
  | 'password-reset'
  | 'email-changed'
  | 'second-factor-on'
  | 'second-factor-off'

export type MailTemplate = keyof MailProps
/** Templates that are part of Latchkey. */
export type OwnTemplate = Exclude<MailTemplate, 'automated'>

/** What every mail knows of its sender. */
export interface MailSurroundings {
  /** Where the portal is reached, without a trailing slash. */
  portalUrl: string
  /** The account's name, as customers know it. */
  vendorName: string
}

export interface MailContent {
  subject: string
  html: string
  text: string
  /** An empty part means the installation's own. */
  from?: { name: string; address: string }
  replyTo?: string
  cc?: string[]
  bcc?: string[]
}
