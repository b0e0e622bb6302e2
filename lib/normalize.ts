/**
 * More marks in a row than any script needs (Unicode's own limit for text in streams is 30). Putting them in order takes time
 * that grows with the square of their number: 250 kB of them hold a process for fifteen seconds.
 */
const TOO_MANY_MARKS = /\p{M}{64}/u

/** The text in a Unicode normalization form. What holds more marks in a row than any script needs stays as it is. */
export function normalize(text: string, form: 'NFC' | 'NFKC'): string {
  return TOO_MANY_MARKS.test(text) ? text : text.normalize(form)
}
