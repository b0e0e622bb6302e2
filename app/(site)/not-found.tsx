import { NothingHere } from '#app/_ui/nothing-here.tsx'

/** Without this file the root's page would appear inside this layout, a frame within a frame. */
export default function NotFoundPage() {
  return <NothingHere way={{ href: '/', text: 'To the front page' }} />
}
