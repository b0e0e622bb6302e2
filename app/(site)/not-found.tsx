import { NothingHere } from '#app/_ui/nothing-here.tsx'

/** Without this one the root's would stand inside this layout, frame within frame. */
export default function NotFoundPage() {
  return <NothingHere way={{ href: '/', text: 'To the front page' }} />
}
