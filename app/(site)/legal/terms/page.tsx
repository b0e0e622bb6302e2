import type { Metadata } from 'next'
import { LegalPage, LegalSection } from '../legal-page.tsx'

export const metadata: Metadata = { title: 'Terms of service' }

export default function TermsPage() {
  return (
    <LegalPage title="Terms of service">
      <LegalSection title="Your license">
        <p>
          A purchase gives you the right to use the software on the number of devices, and for the time, that
          the offer names. The license key stands under <em>My licenses</em> in your account and is sent to
          you by mail. It is meant for you: please do not publish it or pass it on.
        </p>
      </LegalSection>
      <LegalSection title="Your account">
        <p>
          Keep your password to yourself. What is done with your account counts as done by you, until you tell
          us that somebody else has got hold of it. You can see where you are signed in, and sign out there,
          under <em>Security</em>.
        </p>
      </LegalSection>
      <LegalSection title="Payment">
        <p>
          Prices are shown before you pay. Payments are handled by our payment provider; your card number
          never reaches us. A subscription renews itself at the end of each period until it is canceled.
        </p>
      </LegalSection>
      <LegalSection title="When things go wrong">
        <p>
          We may suspend a license whose payment was taken back, and an account that is used against these
          terms. Your rights under the law of the place where you live as a consumer stay untouched.
        </p>
      </LegalSection>
    </LegalPage>
  )
}
