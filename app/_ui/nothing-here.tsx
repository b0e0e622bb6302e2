import Link from 'next/link'

/** Content of a not-found page, inside the frame of the visitor's area. */
export function NothingHere({ way }: { way: { href: string; text: string } }) {
  return (
    <div className="py-16 text-center">
      <h1 className="text-2xl font-semibold tracking-tight">There is nothing at this address</h1>
      <p className="mt-2 text-base-content/70">It may have moved, or the link was not complete.</p>
      <Link href={way.href} className="btn btn-primary mt-6">
        {way.text}
      </Link>
    </div>
  )
}
