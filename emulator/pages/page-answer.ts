/** What a page's handler gives: another place to go, or a page. */
export type PageAnswer =
  | { redirect: string }
  | {
      status: number
      title: string
      body: string
      /** Where a submitted form may lead: browsers apply `form-action` to the redirect after it, too. */
      formTargets?: (string | null)[]
    }
