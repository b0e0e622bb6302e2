import { NothingHere } from '#app/_ui/nothing-here.tsx'

/** Of a license that is not there, or not theirs. */
export default function NotFoundPage() {
  return <NothingHere way={{ href: '/me/licenses', text: 'To your licenses' }} />
}
