/** What names the account of a request without a token, in its query or body: every operation understands it. */
export const ACCOUNT_HINTS: ReadonlySet<string> = new Set(['accountId', 'accountAlias', 'companyId'])
