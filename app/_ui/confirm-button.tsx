import type { ReactNode } from 'react'

interface ConfirmButtonProps {
  /** Unique on the page; names the dialog. */
  id: string
  /** Text of the button that opens the dialog. */
  label: ReactNode
  /** Names the button where several on a page have the same text. */
  ariaLabel?: string
  title: string
  /** What will happen, and the form that does it (`ActionForm` with its `SubmitButton`). */
  children: ReactNode
  className?: string
}

/**
 * A button that asks before it acts: a native dialog, opened and closed by the browser (`command`, `commandfor`), so that it
 * works without JavaScript.
 */
export function ConfirmButton({ id, label, ariaLabel, title, children, className }: ConfirmButtonProps) {
  return (
    <>
      <button
        type="button"
        className={className ?? 'btn btn-sm'}
        aria-label={ariaLabel}
        aria-haspopup="dialog"
        {...{ command: 'show-modal', commandfor: id }}
      >
        {label}
      </button>
      <dialog id={id} className="modal" aria-labelledby={`${id}-title`}>
        <div className="modal-box">
          <h2 id={`${id}-title`} className="text-lg font-semibold">
            {title}
          </h2>
          <div className="mt-3 space-y-4">{children}</div>
          <div className="modal-action mt-2">
            <form method="dialog">
              <button type="submit" className="btn btn-ghost">
                Cancel
              </button>
            </form>
          </div>
        </div>
      </dialog>
    </>
  )
}
