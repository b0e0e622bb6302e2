/** What uniqueness and sign-in compare: two spellings of one address are one. */
export function canonicalOperatorEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase()
}
