import type { Metadata } from 'next'
import { LegalPage, LegalSection } from '../legal-page.tsx'

export const metadata: Metadata = { title: 'Privacy policy' }

export default function PrivacyPage() {
  return (
    <LegalPage title="Privacy policy">
      <LegalSection title="What we keep">
        <p>
          Your email address, the name and company you choose to give, your purchases and licenses, the
          devices you activate (their name, operating system and a fingerprint), and a record of what was done
          with your account, with the network address it was done from.
        </p>
      </LegalSection>
      <LegalSection title="What for">
        <p>
          To give you what you bought, to let you and us see what happened to it, and to keep strangers out of
          your account. We do not sell any of it, and there is no advertising and no tracking on these pages.
        </p>
      </LegalSection>
      <LegalSection title="Cookies">
        <p>One cookie, which keeps you signed in. Scripts cannot read it, and it ends when you sign out.</p>
      </LegalSection>
      <LegalSection title="Who else sees it">
        <p>
          Our payment provider sees what it needs to take your payment. Your card number goes to them alone.
        </p>
      </LegalSection>
      <LegalSection title="Your rights">
        <p>
          You may see, correct and have deleted what we hold about you. When your account is deleted, personal
          entries in our records can no longer be read; invoices stay for as long as the law asks.
        </p>
      </LegalSection>
    </LegalPage>
  )
}
