/**
 * More marks in a row than any script needs (Unicode's own limit for text in streams is 30). Putting them in order takes time
 * that grows with the square of their number: 250 kB of them hold a process for fifteen seconds.
 */
const TOO_MANY_MARKS = /\p{M}{64}/u

/** Text that shows nothing: blanks, control characters and invisible characters. */
const BLANK = /^[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u

/** Whether the text shows nothing to a reader. Such a text is no name. */
export function isBlank(text: string): boolean {
  return BLANK.test(text)
}

/** The text in a Unicode normalization form. Text with more marks in a row than any script needs stays as it is. */
export function normalize(text: string, form: 'NFC' | 'NFKC'): string {
  return TOO_MANY_MARKS.test(text) ? text : text.normalize(form)
}
