/** Marks an unproved address, which a stranger may have registered. */
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
