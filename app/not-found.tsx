import type { Metadata } from 'next'
import { NothingHere } from './_ui/nothing-here.tsx'
import { SiteFrame } from './_ui/site-frame.tsx'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <SiteFrame>
      <NothingHere way={{ href: '/', text: 'To the front page' }} />
    </SiteFrame>
  )
}
