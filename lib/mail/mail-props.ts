/** What each template needs to know. Props are sealed in the outbox, so a license key may stand here. */
export interface MailProps {
  welcome: { firstName: string }
  'license-key': { firstName: string; productName: string; licenseKey: string; licenseId: string }
  /** `path` leads into the dashboard. */
  'operator-alert': { title: string; sentence: string; path: string }
}

export type MailTemplate = keyof MailProps

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
}
