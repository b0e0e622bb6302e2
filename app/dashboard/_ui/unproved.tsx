/** Stands beside an address that nobody has proved to read: a stranger may have registered it. */
export function Unproved() {
  return (
    <span
      className="badge badge-warning badge-sm ml-2 whitespace-nowrap"
      title="Nobody has proved to read mails to this address."
    >
      unproved
    </span>
  )
}
