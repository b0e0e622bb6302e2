/** What one of the doctor's checks says. */
export interface Finding {
  name: string
  ok: boolean
  detail?: string
}
